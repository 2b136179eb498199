"""What the API says and takes about verified savings."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carbon_nexus.recommendations.schemas import LongText


class PersonsVerdict(BaseModel):
    """A person's verdict on a measure's effect; without one the events decide."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["verified", "not_effective"]
    reason: LongText = Field(description="how they know; kept as theirs")


class LedgerLine(BaseModel):
    """One implemented measure: what was promised, what was measured, and the verdict."""

    recommendation_id: int
    entity: str
    entity_type: str
    event_type: str
    measure_id: str
    title: str
    status: str = Field(description="implemented, verified or not_effective")
    implemented_at: datetime
    promised_kg: float | None = Field(
        description="kg CO2e per 28 days, when it was proposed; null: nothing was promised"
    )
    promised_low_kg: float | None
    promised_high_kg: float | None
    weeks: int = Field(description="weeks since that could be compared")
    saved_kg: float | None = Field(description="kg CO2e in these weeks, frozen baseline less actual; null: not known")
    saved_low_kg: float | None = Field(description="of its 95 % interval")
    saved_high_kg: float | None
    annualised_kg: float | None = Field(description="kg CO2e a year at that pace; null before 4 weeks")
    verdict: str = Field(
        description="verified, not_effective, waiting, inconclusive, not_observable or no_baseline: see reason"
    )
    reason: str
    judged_by: str | None = Field(description="verify: worked out; else who said so; null: nobody yet")
    judged_at: datetime | None
    jointly_with: list[int] = Field(
        description="recommendations implemented there within four weeks of it: the effect is of all together"
    )


class LedgerTotal(BaseModel):
    """Of several measures together. Of an entity with several of them every week counts once."""

    count: int
    promised_kg: float = Field(description="kg CO2e per 28 days; the measures of an entity do not add up")
    unpromised_count: int = Field(description="how many of them promised nothing: they are not in promised_kg")
    saved_kg: float | None = Field(description="kg CO2e in the weeks that were compared; null: not known")
    saved_low_kg: float | None
    saved_high_kg: float | None
    annualised_kg: float | None


class LedgerTotals(BaseModel):
    """By verdict."""

    verified: LedgerTotal
    not_effective: LedgerTotal
    waiting: LedgerTotal = Field(description="everything else that was implemented")


class Ledger(BaseModel):
    """What implemented measures promised and what they saved."""

    unit: str = "kg CO2e"
    promised_kg: float = Field(description="of all of them, per 28 days; the measures of an entity do not add up")
    totals: LedgerTotals
    waiting_because: dict[str, int] = Field(description="how many of those that wait, by verdict")
    recommendations: list[LedgerLine] = Field(description="the first implemented first")


class SavingWeek(BaseModel):
    """One week after the measure against its frozen baseline."""

    week: int
    starts_at: datetime
    ends_at: datetime
    actual_kg: float | None
    counterfactual_kg: float | None = Field(description="what the baseline expects for the same activity")
    saving_kg: float | None
    low_kg: float | None
    high_kg: float | None
    cumulative_kg: float | None = Field(description="of this and the weeks before that could be compared")
    cumulative_low_kg: float | None
    cumulative_high_kg: float | None
    event_count: int = Field(description="events that were compared")
    filled_count: int = Field(description="events made with stand-in values: not compared")
    filled_kg: float
    unestimated_count: int
    unmatched_count: int = Field(description="of a kind or hour that the baseline never saw: not compared")
    reason: str | None = Field(description="why the week cannot be compared; null: it was")


class FrozenBaseline(BaseModel):
    """What the entity would emit without the measure; never changed after it was frozen."""

    window_start: datetime
    window_end: datetime
    event_count: int
    day_count: int
    obstacle: str | None = Field(description="no_baseline or not_observable; null: savings can be measured")
    reason: str | None
    model: dict[str, Any] | None = Field(description="formula with its coefficients, and spreads; see docs/savings.md")


class MeasuredSaving(LedgerLine):
    """One measure with its weeks and its frozen baseline."""

    weekly: list[SavingWeek]
    baseline: FrozenBaseline | None = Field(description="null: it is frozen within the hour")
