"""What the routes of this room take and answer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from carbon_nexus.entities.schemas import EventType

MOST_IN_A_LIST = 50

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
LongText = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Percent = Annotated[Number, Field(ge=0, le=100)]
Money = Annotated[Number, Field(ge=0, le=1e12)]
Names = Annotated[list[Text], Field(max_length=MOST_IN_A_LIST)]
Bounds = Annotated[dict[Text, Number], Field(max_length=MOST_IN_A_LIST)]


class ReplacesSpec(BaseModel):
    """What stands in the place of the event's own; null: it stays."""

    model_config = ConfigDict(extra="forbid")

    vehicle_type: Text | None = Field(None, description="as in events, such as van_class_2")
    fuel_type: Text | None = Field(None, description="as in events, such as electric")


class OnlySpec(BaseModel):
    """The events it acts on; what is left out leaves none out."""

    model_config = ConfigDict(extra="forbid")

    vehicle_type: Names = Field(default_factory=list, description="any of these classes")
    fuel_type: Names = Field(default_factory=list, description="any of these fuels")
    min: Bounds = Field(default_factory=dict, description="inputs that are at least so large, such as speed: 70")
    max: Bounds = Field(default_factory=dict, description="inputs that are at most so large")


class ChangeSpec(BaseModel):
    """What the measure changes of an event, for the estimator to find the saving: `input` or `replaces`."""

    model_config = ConfigDict(extra="forbid")

    input: Text | None = Field(None, description="falls by the reduction, such as distance_km or energy_kwh")
    replaces: ReplacesSpec | None = Field(None, description="another vehicle or fuel; the estimator knows its saving")
    only: OnlySpec = Field(default_factory=OnlySpec)


class MeasureSpec(BaseModel):
    """A measure of people's own, as it is written and stored."""

    model_config = ConfigDict(extra="forbid")

    event_type: EventType
    title: Text
    description: LongText
    acts_on: Text = Field(description="in words, such as fuel per km")
    reduction_low_pct: Percent = Field(description="percent of reduction_basis; the three must not fall")
    reduction_typical_pct: Percent
    reduction_high_pct: Percent
    reduction_basis: Text = Field(description="what the percentages are of, such as fuel of the whole fleet")
    condition: LongText = Field(description="what has to hold, for a person to check")
    feasibility: Literal["high", "medium", "low-medium", "low"]
    evidence_grade: Literal["A", "B", "C"] = Field(
        description="A: official statistics or identity, B: study or programme, C: single cases or unverified"
    )
    source: Text = Field(description="where the reductions come from")
    cost_impact: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = Field("", description="in words")
    investment: Money | None = Field(None, description="once, in currency; null: not known")
    saving_per_year: Annotated[Money, Field(gt=0)] | None = Field(None, description="money, in currency")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(None, description="as in ISO 4217: EUR")
    change: ChangeSpec | None = Field(None, description="null: nothing can be simulated, and it is never proposed")


class MeasureAnswer(BaseModel):
    """A measure, packaged or of people's own."""

    id: str = Field(description="M and digits: packaged; own-<number>: people's own")
    library: str = Field(description="version of the packaged library, or own")
    version: int | None = Field(description="of people's own; rises with every change")
    event_type: str
    title: str
    description: str
    acts_on: str
    reduction_low_pct: float
    reduction_typical_pct: float
    reduction_high_pct: float
    reduction_basis: str
    condition: str
    feasibility: str
    evidence_grade: str
    source: str
    year: str = Field(description="of the source; empty: not told")
    url: str = Field(description="of the source; empty: not told")
    cost_impact: str
    investment: float | None
    saving_per_year: float | None
    currency: str | None
    payback_months: float | None = Field(description="investment over saving per year; null where one is not told")
    change: ChangeSpec | None = Field(description="of people's own; a packaged measure has its rule in the program")
    end_use: str = Field(description="what it saves of: savings of the same end use do not add up")
    left_out_because: str | None = Field(description="why it cannot be simulated; null: it can")
    created_by: str | None = Field(description="who wrote this version; null: packaged")
    created_at: datetime | None
    retired_at: datetime | None = Field(description="no longer proposed since then; null: it is")
