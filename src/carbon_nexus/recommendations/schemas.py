"""What the API says and takes about recommendations."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

SAVING_UNIT = "kg CO2e per 28 days"


def _without_nul(text: str) -> str:
    if "\x00" in text:  # PostgreSQL stores any character but this one
        raise ValueError("must not contain a NUL character")
    return text


class Recommendation(BaseModel):
    """A measure recommended for a hotspot, with the saving it would have made on the entity's last 28 days."""

    id: int
    hotspot_id: int
    supplier_id: str = Field(description="the hotspot's entity: a supplier, route, factory or warehouse")
    measure_id: str = Field(description="id in the packaged library of measures")
    title: str
    description: str
    co2_reduction: float | None = Field(description="typical saving, simulated with the estimator")
    co2_reduction_unit: str = Field(SAVING_UNIT, description="unit of co2_reduction and of the saving range")
    saving_low_kg: float | None
    saving_high_kg: float | None
    cost_impact: str | None
    feasibility: int | None = Field(description="0 (hardly) to 10 (at once); library words high 8, medium 5, low 2")
    confidence: float | None = Field(description="0 to 1, by evidence grade: A 0.8, B 0.6, C 0.3")
    root_cause: str | None = Field(description="what the hotspot's own numbers say")
    status: str = Field(description="pending, approved, rejected or implemented")
    provenance: dict[str, Any] = Field(description="source, published range, window and events of the simulation")
    decided_by: str | None
    decision_notes: str | None
    decided_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DecisionNotes(BaseModel):
    """The optional body of approve and reject."""

    notes: Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)] | None = Field(
        None, description="why; kept with the decision and on the audit trail"
    )


class Decided(BaseModel):
    """The answer to a decision."""

    status: str
    recommendation_id: int
    message: str


class RecommendationStats(BaseModel):
    """Counts of recommendations, and what those decided for would save."""

    total: int
    by_status: dict[str, int]
    total_co2_reduction: float = Field(description="approved and implemented ones together; see the unit")
    co2_reduction_unit: str = SAVING_UNIT
