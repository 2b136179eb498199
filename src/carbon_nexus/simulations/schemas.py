"""What the what-if API takes and says."""

from typing import Any

from pydantic import BaseModel, Field

from carbon_nexus.predictions.features import Prediction


class SimulateRequest(BaseModel):
    """One what-if question."""

    scenario_type: str = Field(description="logistics, factory, warehouse or delivery")
    baseline_features: dict[str, Any] = Field(description="As for the prediction of that type")
    changes: dict[str, Any] = Field(
        description="New values by field; text such as -20% is relative to the baseline's value"
    )


class SimulationResult(BaseModel):
    """The event as it is against the event as it would be, by the same estimator."""

    baseline_co2: float | None = Field(description="kg CO2e as it is; null: see reason")
    modified_co2: float | None = Field(description="kg CO2e as it would be; null: see reason")
    delta: float | None = Field(description="modified_co2 - baseline_co2: negative is a saving")
    delta_low: float | None = Field(description="Lower end of the difference's 95 % interval")
    delta_high: float | None = Field(description="Upper end of the difference's 95 % interval")
    percent_change: float | None = Field(description="Of baseline_co2; null when that is zero or missing")
    reason: str | None = Field(description="Why a number is missing")
    scenario_type: str
    changes_applied: dict[str, Any] = Field(description="The changes as they came")
    changed_to: dict[str, Any] = Field(description="The value each changed field came to")
    notes: list[str] = Field(description="What followed from a change, such as the fuel of another vehicle")
    unit: str
    baseline: Prediction
    modified: Prediction


class SimulationError(BaseModel):
    """Why one scenario of a batch has no result."""

    error: str
    scenario_type: Any = Field(description="As it came")
    problems: list[dict[str, Any]] = Field(description="One entry per field: type, loc, msg, input")
