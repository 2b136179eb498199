"""What the ML Engine's API takes and says: features of the four event types, predictions, current and summary."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

LARGEST_BATCH = 10_000


def _not_a_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "Input should be a number, not true or false")
    return value


Amount = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_not_a_switch)]
Count = Annotated[int, BeforeValidator(_not_a_switch)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Features(BaseModel):
    """Activity data of one event, as a request carries it. Unknown fields are ignored, as the original did.

    Every bound is physical and per event; a value beyond it is a slip of unit or of the decimal point.
    """

    event_type: ClassVar[str]
    columns: ClassVar[dict[str, str]] = {}  # field -> column of the event frame, where the names differ

    @field_validator("*", mode="wrap")
    @classmethod
    def _name_field_and_value(cls, value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """The rule that was broken, with the field and the value before it: a person reads the message alone."""
        try:
            return check(value)
        except ValidationError as error:
            problem = error.errors()[0]
            facts = {"name": info.field_name, "value": repr(value)[:40], "rule": problem["msg"]}
            raise PydanticCustomError(problem["type"], "{name} is {value}: {rule}", facts) from None

    def event_row(self) -> dict[str, Any]:
        """The features under the names of the event frame, with the event type."""
        named = {self.columns.get(name, name): value for name, value in self}
        return {"event_type": self.event_type, **named}


class _Driven(Features):
    """What both kinds of road event may add to their class average: measured fuel and electricity."""

    fuel_litres: Amount | None = Field(None, ge=0, le=100_000, description="Measured fuel in litres; ours")
    energy_kwh: Amount | None = Field(None, ge=0, le=1e9, description="Measured electricity in kWh; ours")


class LogisticsRequest(_Driven):
    """One transport leg."""

    event_type = "logistics"
    columns = {"avg_speed": "speed"}

    distance_km: Amount = Field(gt=0, le=50_000, description="Distance in kilometers")
    load_kg: Amount = Field(ge=0, le=1_000_000, description="Load weight in kilograms")
    vehicle_type: Name = Field(description="Vehicle type")
    fuel_type: Name = Field(description="Fuel type")
    avg_speed: Amount | None = Field(
        50, ge=0, le=200, description="Average speed in km/h", validation_alias=AliasChoices("avg_speed", "speed")
    )
    stop_events: Count | None = Field(0, ge=0, le=100_000, description="Number of stops")


class FactoryRequest(Features):
    """One shift, or any other metered time, of a factory."""

    event_type = "factory"

    energy_kwh: Amount = Field(gt=0, le=1e9, description="Energy consumption in kWh")
    shift_hours: Amount = Field(gt=0, le=8784, description="Shift duration in hours")
    machine_runtime_hours: Amount | None = Field(8, ge=0, le=8784, description="Machine runtime in hours")
    furnace_usage: Amount | None = Field(0, ge=0, le=1e9, description="Furnace usage; without a unit: not counted")
    cooling_load: Amount | None = Field(0, ge=0, le=1e9, description="Cooling load; part of the metered energy")


class WarehouseRequest(Features):
    """One metered time of a warehouse."""

    event_type = "warehouse"

    temperature: Amount = Field(ge=-100, le=1500, description="Temperature in Celsius")
    # The original made up an energy use from the other fields when this was 0, so 0 has always meant "not metered".
    energy_kwh: Amount | None = Field(
        0, ge=0, le=1e9, description="Metered energy in kWh; 0 means not metered, and gives no estimate"
    )
    refrigeration_load: Amount | None = Field(0, ge=0, le=1e9, description="Refrigeration load")
    inventory_volume: Amount | None = Field(0, ge=0, le=1e9, description="Inventory volume in m3")

    def event_row(self) -> dict[str, Any]:
        return super().event_row() | {"energy_kwh": self.energy_kwh or None}


class DeliveryRequest(_Driven):
    """One last-mile round."""

    event_type = "delivery"
    columns = {"route_length": "distance_km"}

    route_length: Amount = Field(
        gt=0, le=50_000, description="Route length in km", validation_alias=AliasChoices("route_length", "distance_km")
    )
    vehicle_type: Name = Field(description="Vehicle type")
    fuel_type: Name | None = Field(None, description="Fuel type; ours. Without it the vehicle's average over fuels")
    traffic_score: Amount | None = Field(3, ge=1, le=10, description="Traffic score 1-10")
    delivery_count: Count | None = Field(1, ge=0, le=100_000, description="Number of deliveries")


FEATURES: dict[str, type[Features]] = {
    model.event_type: model for model in (LogisticsRequest, FactoryRequest, WarehouseRequest, DeliveryRequest)
}


class BatchRequest(BaseModel):
    """Many events of one type; each is checked on its own."""

    predictions: list[Any] = Field(
        description="Features, each as for the single prediction", json_schema_extra={"maxItems": LARGEST_BATCH}
    )


class Prediction(BaseModel):
    """One CO2e estimate with where it comes from. Without an estimate the numbers are null and `reason` says why."""

    co2_kg: float | None = Field(description="kg CO2e: direct plus upstream (ttw_kg + wtt_kg)")
    model_version: str = Field(description="The set of emission factors")
    confidence: float | None = Field(description="1 - relative 95 % half-width, 0 to 1")
    ttw_kg: float | None = Field(description="kg CO2e of the direct part: fuel burnt, or electricity generated")
    wtt_kg: float | None = Field(description="kg CO2e upstream: well to tank; for electricity also grid losses")
    low_kg: float | None = Field(description="Lower end of the 95 % interval")
    high_kg: float | None = Field(description="Upper end of the 95 % interval")
    scope: int | None = Field(description="GHG Protocol scope of the direct part, 1 or 2")
    tier: str | None = Field(description="T1 measured, T2 modelled, T3 class default")
    method: str | None = Field(description="Id of the formula")
    factor_id: str | None = Field(description="Id of the main emission factor")
    unit: str = Field(description="Unit of all masses")
    reason: str | None = Field(description="Why there is no estimate, or what it does not count")


class BatchItem(BaseModel):
    """One item of a batch: its prediction, or what is wrong with it."""

    input: Any = Field(description="The item as it came")
    prediction: Prediction | None
    error: str | None = Field(description="What is wrong, in words; null when there is a prediction")
    problems: list[dict[str, Any]] = Field(description="The same, one entry per field: type, loc, msg, input")


class BatchPrediction(BaseModel):
    """The answers to a batch, in its order."""

    results: list[BatchItem]
    count: int = Field(description="Number of results, those in error included")


class EngineHealth(BaseModel):
    """Whether the estimator is ready. The original ML Engine and Data Core both answered on this path."""

    status: str
    service: str
    models_loaded: dict[str, bool]


class CurrentEmissions(BaseModel):
    """Emissions of the last 24 hours, from hourly sums; the window starts with a full hour."""

    current_rate: float | None = Field(description="Mean over the window; null: see reason")
    rate_unit: str = "kg CO2e per hour"
    reason: str | None = Field(description="Why there is no rate, or what it does not count")
    trend: float | None = Field(description="Percent change of the rate against the 24 hours before; null: see reason")
    trend_reason: str | None
    categories: dict[str, float] = Field(description="kg CO2e in the window by entity: the top 20, the rest as `other`")
    total_today: float = Field(description="kg CO2e of the UTC day so far")
    unit: str = "kg CO2e"
    target: float | None = None
    target_reason: str | None = "no target is set"
    last_updated: datetime | None = Field(description="When the newest estimate was made; null: there is none")
    prediction_count: int = Field(description="Events in the window, those without an estimate included")
    unestimated_count: int = Field(description="Events in the window without an estimate")
    window_start: datetime
    window_end: datetime


class EmissionsSummary(BaseModel):
    """All recorded emissions, from daily sums, and the hotspots that are active now."""

    total_emissions: float = Field(description="kg CO2e of all events with an estimate")
    average_emissions: float | None = Field(description="kg CO2e per event with an estimate; null: there is none")
    event_count: int
    unestimated_count: int = Field(description="Events without an estimate: not in the total, nor in the average")
    active_hotspots: int
    critical_hotspots: int = Field(description="Active hotspots of severity critical")
    unit: str = "kg CO2e"
