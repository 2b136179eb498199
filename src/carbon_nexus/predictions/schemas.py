"""What the routes of stored estimates answer."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carbon_nexus.calibrations.schemas import FittedCalibration
from carbon_nexus.explanations.explain import Source
from carbon_nexus.factors.schemas import FactorRow
from carbon_nexus.predictions.features import Prediction

STAND_IN: Literal["stand-in"] = "stand-in"
"""The source of an input that was estimated, as the event has none."""


class StoredPrediction(Prediction):
    """The estimate of one event as it was stored; it never changes."""

    id: int = Field(description="The event's own id")
    event_id: int
    event_type: str
    entity: str
    entity_type: str = Field(description="supplier, route, factory or warehouse")
    event_time: datetime
    created_at: datetime = Field(description="When the estimate was made")
    activity: float | None = Field(description="How much was done, in activity_unit")
    activity_unit: str | None
    typical_kg: float | None = Field(description="What the baseline led to expect for this activity; null: none")
    factor_set: str | None = Field(description="The set of the factors; null: no number")
    calibration_id: int | None = Field(description="The calibration that entered, see /calibrations")
    filled: bool = Field(description="Made with an estimated value where the event has none; `reason` says which")


class ExplainedLine(BaseModel):
    """One step of the calculation."""

    model_config = ConfigDict(from_attributes=True)

    step: str = Field(description="What the line gives; later lines put it in under this name")
    text: str = Field(description="The line as a person writes it, with about six digits")
    expression: str = Field(description="The same as plain arithmetic, numbers and + - * / ** alone, with all digits")
    value: float = Field(description="What it comes to, in `unit`")
    unit: str
    factor_ids: list[str] = Field(description="The published numbers that enter in this line")


class ExplainedInput(BaseModel):
    """One thing the estimator knew."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    value: Any
    unit: str = Field(description="Empty where there is none")
    source: Source | Literal["stand-in"] = Field(
        description="Who told it: the event, its entity's profile, a calibration, a setting, or nobody: a stand-in"
    )
    counted: bool = Field(description="Whether it stands in a line or chose formula and factors")


class StandIn(BaseModel):
    """An estimated value in the place of one that the event lacks, with its 95 % interval in the field's unit."""

    field: str
    value: float
    low: float
    high: float
    method: str
    sample_size: int = Field(description="How many of the entity's own values it was made from")
    words: str


class ExplainedPrediction(BaseModel):
    """A stored estimate with the calculation that leads to it, worked out again from what is stored of its event.

    Without lines `disagreement` (or, of an event without a number, `prediction.reason`) says why.
    """

    prediction: StoredPrediction = Field(description="The stored numbers")
    method: str | None = Field(description="Id of the formula")
    formula: str | None = Field(description="The formula in one line")
    tier: str | None = Field(description="T1 measured, T2 modelled, T3 class default")
    inputs: list[ExplainedInput]
    lines: list[ExplainedLine] = Field(
        description="Step by step; the last are TTW, WTT, CO2e and the interval, as stand-ins widen it"
    )
    factors: list[FactorRow] = Field(description="Every published number that entered, with its source")
    stand_ins: list[StandIn] = Field(description="What stands in where the event has no value")
    missing: list[str] = Field(description="Inputs that an event without a number lacks")
    calibration: FittedCalibration | None = Field(description="What measured trips taught, as far as it entered")
    inputs_hash: str | None = Field(description="Of the inputs as they were; null: not stored")
    inputs_hash_now: str | None = Field(description="Of the inputs as they are now; null: not worked out")
    unchanged: bool | None = Field(description="Whether the two are equal; null: one of them is not there")
    agrees: bool = Field(description="Whether the lines come to the stored CO2e, to a billionth of it")
    disagreement: str | None = Field(description="Why they do not, or why there are no lines")
