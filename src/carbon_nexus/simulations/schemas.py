"""What the what-if API takes and says."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from carbon_nexus.entities.schemas import EventType
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


# What people ask of the real events of a time.

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Names = Annotated[list[Text], Field(max_length=50)]
Bound = Annotated[Number, Field(ge=-1e12, le=1e12)]  # a stored larger one comes back as an integer JSON cannot carry
Bounds = Annotated[dict[Text, Bound], Field(max_length=20)]


def _value(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)) or not -1e300 < _size(given) < 1e300:
        raise ValueError("a new value is a number, a name, or a part such as -20%")
    return given


def _size(given: float | str) -> float:
    return len(given) if isinstance(given, str) else given


Value = Annotated[float | Text, BeforeValidator(_value)]
Price = Annotated[Number, Field(ge=0, le=1e6)]

MOST_DAYS = 366
MOST_CHANGES = 6


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class ScopeSpec(_Spec):
    """Whose events; what is left out leaves none out."""

    entity: Text | None = None
    entity_type: Literal["supplier", "route", "factory", "warehouse"] | None = None
    event_type: EventType | None = None


class PeriodSpec(_Spec):
    """Whole UTC days: those from `from` to `to`, both included, or so many before today; 28 where nothing is said."""

    from_: date | None = Field(None, alias="from", examples=["2026-03-01"])
    to: date | None = Field(None, examples=["2026-03-31"])
    days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)] | None = Field(None, examples=[28])

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.days is not None and (self.from_ or self.to):
            raise ValueError("period: give days, or from and to, not both")
        if (self.from_ is None) != (self.to is None):
            raise ValueError("period: from and to go together, such as 2026-03-01 and 2026-03-31")
        if self.from_ and self.to and not 0 <= (self.to - self.from_).days < MOST_DAYS:
            raise ValueError(f"period: {self.from_} to {self.to} is not 1 to {MOST_DAYS} days; both ends are included")
        return self


class PerDaySpec(_Spec):
    """What an entity drives on a UTC day, over all its trips that the rest of `where` fits; both ends included."""

    min_distance_km: Annotated[Bound, Field(ge=0)] | None = None
    max_distance_km: Annotated[Bound, Field(ge=0)] | None = None


class WhereSpec(_Spec):
    """The events a change is made to, as they are now; what is left out leaves none out."""

    event_type: EventType | None = None
    vehicle_type: Names = Field(default_factory=list, description="any of these; van* is every class of van")
    fuel_type: Names = Field(default_factory=list, description="any of these")
    min: Bounds = Field(default_factory=dict, description="inputs that are at least so large, such as load_kg: 500")
    max: Bounds = Field(default_factory=dict, description="inputs that are at most so large")
    per_day: PerDaySpec | None = None


class PopulationChange(_Spec):
    """One change: new values for the events that `where` fits, or a measure at its typical effect."""

    name: Text | None = Field(None, examples=["Vans become electric"])
    where: WhereSpec = Field(default_factory=WhereSpec)
    set: Annotated[dict[Text, Value], Field(min_length=1, max_length=20)] | None = Field(
        None, description="by field: a number, a name, or a part such as -20%", examples=[{"fuel_type": "electric"}]
    )
    measure: Text | None = Field(None, description="id of a measure, packaged or own", examples=["M13"])

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.set is None) == (self.measure is None):
            raise ValueError("a change has either set or measure")
        if self.measure is not None and self.where != WhereSpec():
            raise ValueError("where: a measure knows itself on which events it acts; leave where out")
        return self


class Prices(_Spec):
    """Prices in one currency; a part without a price has no cost."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(examples=["EUR"])
    electricity_per_kwh: Price | None = None
    fuel_per_litre: Price | None = None
    distance_per_km: Price | None = Field(None, description="what else a kilometre costs, such as tolls and tyres")
    carbon_per_tonne: Price | None = None
    investment: Annotated[Number, Field(ge=0, le=1e12)] | None = Field(None, description="once, for all changes")


class PopulationSpec(_Spec):
    """A what-if question about events that are stored: whose, of which days, and what would have been different."""

    scope: ScopeSpec = Field(default_factory=ScopeSpec)
    period: PeriodSpec = Field(default_factory=PeriodSpec)
    changes: Annotated[list[PopulationChange], Field(min_length=1, max_length=MOST_CHANGES)]
    prices: Prices | None = None


class BeforeAfter(BaseModel):
    """One amount over all events of the period, as they are and as they would have been."""

    before: float
    after: float
    change: float


class Amount(BeforeAfter):
    """The same of what is not known of every event."""

    unknown_events: int = Field(description="events whose amount is not known before or after: not counted in either")


class Scopes(BaseModel):
    """kg CO2e by GHG Protocol scope; the four add up to baseline_kg and changed_kg."""

    scope_1: BeforeAfter
    scope_2: BeforeAfter = Field(description="location-based")
    scope_3: BeforeAfter
    not_told_apart: BeforeAfter = Field(description="of estimates whose parts are not known")


class EnergyUse(BaseModel):
    """What was used and driven, as far as it is known."""

    electricity_kwh: Amount = Field(description="metered or modelled")
    fuel_litres: Amount = Field(description="known of trips only where they were measured")
    distance_km: Amount


class ChangeResult(BaseModel):
    """What one change is, on how many events it acts, and its part in the whole."""

    number: int = Field(description="its place among the changes, from 1")
    name: str | None
    sentence: str = Field(description="the change in words")
    events: int
    delta_kg: float = Field(description="its part by Shapley values: the parts add up to delta_kg")
    percent: float | None = Field(description="of baseline_kg")


class LeftOut(BaseModel):
    """Events that could not be changed or compared; they stay as they are."""

    change: int | None = Field(description="number of the change; null: of all")
    reason: str
    events: int


class EntityDelta(BaseModel):
    """What the changes come to at one entity."""

    entity: str | None
    entity_type: str | None
    events: int = Field(description="events that are changed")
    before_kg: float = Field(description="of these events")
    after_kg: float
    delta_kg: float


class CostPart(BaseModel):
    """The change of cost over the period from one price; null where an amount it needs is not known."""

    part: str = Field(description="electricity, fuel, distance or carbon")
    change: float | None = Field(description="negative is a saving")
    known_events: int = Field(description="changed events whose amounts are known, before and after")
    events: int = Field(description="changed events")
    known_change: float = Field(description="over the known ones")
    reason: str | None = Field(description="Why change is null")


class Cost(BaseModel):
    """The change of cost over the period, and when an investment is paid back."""

    currency: str
    parts: list[CostPart]
    change: float | None = Field(description="of all parts; null where one of them is")
    per_week: float | None
    per_year: float | None
    investment: float | None
    payback_years: float | None
    reason: str | None = Field(description="Why a number is missing")


class PopulationResult(BaseModel):
    """Real events as they are against the same events with the changes, by the same estimator. Nothing is stored."""

    first_day: date
    last_day: date = Field(description="included")
    days: int
    events: int = Field(description="events in scope")
    estimated: int = Field(description="those that have an estimate, as they are")
    changed: int = Field(description="those that any change acts on")
    baseline_kg: float | None = Field(description="kg CO2e of those with an estimate; null: none has one")
    changed_kg: float | None
    delta_kg: float | None = Field(description="changed_kg - baseline_kg: negative is a saving")
    delta_low_kg: float | None = Field(description="Lower end of the difference's 95 % interval")
    delta_high_kg: float | None
    percent: float | None = Field(description="delta_kg of baseline_kg; null where that is zero or missing")
    per_week_kg: float | None = Field(description="delta_kg x 7 / days")
    per_year_kg: float | None = Field(description="delta_kg x 365 / days: as if all year were like these days")
    reason: str | None = Field(description="Why a number is missing")
    changes: list[ChangeResult]
    scopes: Scopes
    energy: EnergyUse
    cost: Cost | None = Field(description="null: no prices were given")
    entities: list[EntityDelta] = Field(description="the twenty with the largest deltas")
    left_out: list[LeftOut]
    factor_set: str
    grid_region: str
    stored_kg: float | None = Field(description="what the stored estimates of these events come to")
    stored_difference_kg: float | None = Field(description="baseline_kg - stored_kg")
    notes: list[str]
    made_at: datetime
