"""What the ML Engine's API takes and says: the features of an event with their bounds, and its prediction."""

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

from carbon_nexus.emissions.sitetable import site_words
from carbon_nexus.entities.model import BuildingUse, Operator
from carbon_nexus.factors.grid import grid
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import UnknownRegion, plain_word

LARGEST_BATCH = 10_000


def _not_a_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "Input should be a number, not true or false")
    return value


Amount = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_not_a_switch)]
Count = Annotated[int, BeforeValidator(_not_a_switch)]
_SPEED = AliasChoices("avg_speed", "speed")
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


class _Placed(Features):
    """What every event may add, all ours: who runs it, and whose electricity it is."""

    operator: Operator | None = Field(None, description="own, purchased or customer; without it own; ours")
    grid_region: Name | None = Field(None, description="Grid of its electricity, see /grid-regions; ours")
    market_kg_per_kwh: Amount | None = Field(None, ge=0, le=5, description="Electricity contract's kg CO2e/kWh; ours")

    @field_validator("grid_region")
    @classmethod
    def _known_grid(cls, region: str | None) -> str | None:
        if region is not None:
            try:
                grid(factor_set(), region)
            except UnknownRegion as unknown:
                told = f"{unknown.detail} {unknown.remedy} GET /grid-regions lists all.".replace("  ", " ")
                raise PydanticCustomError("unknown_region", "{told}", {"told": told}) from None
        return region


class _Driven(_Placed):
    """What both kinds of road event may add to their class average: measured fuel and electricity, idling."""

    idle_hours: Amount | None = Field(None, ge=0, le=168, description="Hours with the engine idling; ours")
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
        None, ge=0, le=200, description="Average speed in km/h; without it the class's", validation_alias=_SPEED
    )
    stop_events: Count | None = Field(None, ge=0, le=100_000, description="Number of stops")


class _Site(_Placed):
    """What both kinds of site may add, all ours: fuels, cooling, refrigerant, and how long the event is."""

    period_hours: Amount | None = Field(None, gt=0, le=8784, description="Hours that the event covers; ours")
    gas_kwh: Amount | None = Field(None, ge=0, le=1e9, description="Natural gas, kWh gross as billed; ours")
    fuel_type: Name | None = Field(None, description="Fuel of fuel_litres, and of the furnace; ours")
    fuel_litres: Amount | None = Field(None, ge=0, le=10_000_000, description="Other fuel burnt, litres; ours")
    cooling_metered: bool | None = Field(None, description="Whether energy_kwh holds the cooling; ours")
    cooling_cop: Amount | None = Field(None, ge=0.5, le=15, description="Heat moved per kWh of electricity; ours")
    refrigerant: Name | None = Field(None, description="Refrigerant of the cooling plant, such as R404A; ours")
    refrigerant_charge_kg: Amount | None = Field(None, ge=0, le=1e6, description="Refrigerant in the plant, kg; ours")
    leak_equipment: Name | None = Field(None, description="Kind of plant for its leakage, such as cold-storage; ours")

    @field_validator("fuel_type", "furnace_fuel", "furnace_unit", "refrigerant", "leak_equipment", check_fields=False)
    @classmethod
    def _known_word(cls, word: str | None, info: ValidationInfo) -> str | None:
        accepted = site_words()[str(info.field_name)]
        if word is not None and plain_word(word) not in map(plain_word, accepted):
            raise PydanticCustomError("unknown_word", "is not known; accepted: {all}", {"all": ", ".join(accepted)})
        return word


class FactoryRequest(_Site):
    """One shift, or any other metered time, of a factory."""

    event_type = "factory"

    energy_kwh: Amount = Field(gt=0, le=1e9, description="Energy consumption in kWh")
    shift_hours: Amount = Field(gt=0, le=8784, description="Shift duration in hours")
    machine_runtime_hours: Amount | None = Field(8, ge=0, le=8784, description="Machine runtime in hours")
    furnace_usage: Amount | None = Field(
        0, ge=0, le=1e9, description="Furnace usage; without unit and fuel: not counted"
    )
    furnace_unit: Name | None = Field(None, description="Unit of furnace_usage: kwh, m3, litre, kg or h; ours")
    furnace_fuel: Name | None = Field(None, description="What the furnace burns; without it fuel_type; ours")
    furnace_rated_kw: Amount | None = Field(None, gt=0, le=1e6, description="Fuel power of the furnace, for h; ours")
    cooling_load: Amount | None = Field(0, ge=0, le=1e9, description="Cooling in kWh of heat; see cooling_metered")


class WarehouseRequest(_Site):
    """One metered time of a warehouse."""

    event_type = "warehouse"

    temperature: Amount = Field(ge=-100, le=1500, description="Temperature in Celsius")
    # The original made up an energy use from the other fields when this was 0, so 0 has always meant "not metered".
    energy_kwh: Amount | None = Field(
        0, ge=0, le=1e9, description="Metered energy in kWh; 0 means not metered: a benchmark, or no estimate"
    )
    refrigeration_load: Amount | None = Field(0, ge=0, le=1e9, description="Refrigeration load")
    inventory_volume: Amount | None = Field(0, ge=0, le=1e9, description="Inventory volume in m3")
    floor_area_m2: Amount | None = Field(None, gt=0, le=1e8, description="Floor area in m2; ours")
    building_use: BuildingUse | None = Field(None, description="What the building is for; ours")

    def event_row(self) -> dict[str, Any]:
        return super().event_row() | {"energy_kwh": self.energy_kwh or None}


class DeliveryRequest(_Driven):
    """One last-mile round."""

    event_type = "delivery"
    columns = {"route_length": "distance_km", "avg_speed": "speed"}

    route_length: Amount = Field(
        gt=0, le=50_000, description="Route length in km", validation_alias=AliasChoices("route_length", "distance_km")
    )
    vehicle_type: Name = Field(description="Vehicle type")
    fuel_type: Name | None = Field(None, description="Fuel type; ours. Without it the vehicle's average over fuels")
    avg_speed: Amount | None = Field(
        None, ge=0, le=200, description="Average speed in km/h; ours", validation_alias=_SPEED
    )
    stop_events: Count | None = Field(None, ge=0, le=100_000, description="Number of stops; without it the drops; ours")
    load_kg: Amount | None = Field(None, ge=0, le=1_000_000, description="Load weight in kilograms; ours")
    traffic_score: Amount | None = Field(None, ge=1, le=10, description="Traffic score 1-10, for want of a speed")
    delivery_count: Count | None = Field(None, ge=0, le=100_000, description="Number of deliveries")


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

    co2_kg: float | None = Field(description="kg CO2e over the full chain: direct plus upstream")
    model_version: str = Field(description="The set of emission factors, or the version of the model that answered")
    confidence: float | None = Field(description="1 - relative 95 % half-width upwards, 0 to 1")
    ttw_kg: float | None = Field(description="kg CO2e direct: fuel burnt, electricity generated; null: not told apart")
    wtt_kg: float | None = Field(description="kg CO2e upstream: well to tank, grid losses; null: not told apart")
    low_kg: float | None = Field(description="Lower end of the 95 % interval")
    high_kg: float | None = Field(description="Upper end of the 95 % interval")
    gas_co2_kg: float | None = Field(description="kg of CO2 within ttw_kg; null: the factor does not part its gases")
    gas_ch4_kg: float | None = Field(description="kg of CH4 within ttw_kg")
    gas_n2o_kg: float | None = Field(description="kg of N2O within ttw_kg")
    biogenic_co2_kg: float | None = Field(description="kg CO2 of biogenic origin, outside the scopes")
    electricity_kwh: float | None = Field(description="kWh from the grid, metered or modelled")
    scope2_kg: float | None = Field(description="kg CO2e of the electricity's generation, location-based")
    scope2_market_kg: float | None = Field(description="The same market-based; null: no contract is known")
    scope: int | None = Field(description="GHG Protocol scope of the direct part, 1 to 3")
    ghg_category: str | None = Field(description="Scope and category in words")
    tier: str | None = Field(description="T1 measured, T2 modelled, T3 class default")
    method: str | None = Field(description="Id of the formula")
    factor_id: str | None = Field(description="Id of the main emission factor")
    factor_ids: list[str] = Field(description="Every factor as id@set, see /factors")
    grid_region: str | None = Field(description="Grid of the electricity; null: none is part of the number")
    source: str | None = Field(description="Who answered: embedded, ml-engine or a plug-in")
    inputs_hash: str | None = Field(description="64 bits in hex that stand for all inputs; equal inputs, equal hash")
    unit: str = Field(description="Unit of co2_kg, ttw_kg, wtt_kg and their interval")
    reason: str | None = Field(description="Why there is no estimate, or what was not known or not counted")


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
