"""What the routes of this room take and answer. Bounds catch wrong units and slips of the key, not unusual sites."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from carbon_nexus.entities.model import LONGEST_TEXT, BuildingUse, EntityType, FurnaceUnit, Operator


def _usable(text: str) -> str:
    if "\x00" in text:  # PostgreSQL stores any character but this one
        raise ValueError("must not contain a NUL character")
    if text != text.strip():
        raise ValueError("must not begin or end with white space")
    return text


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_usable)]
EventType = Literal["logistics", "delivery", "factory", "warehouse"]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class ProfileFacts(BaseModel):
    """What can be told about an entity; every field may be left out or null: then nothing is assumed."""

    model_config = ConfigDict(extra="forbid")

    operator: Operator | None = Field(None, description="Who runs it; null: the reporting company itself.")
    grid_region: Text | None = Field(None, description="Where its electricity comes from: a code of GET /grid-regions.")
    # the dirtiest power stations emit about 1.5 kg per kWh; a rate in grams is far above the bound
    market_kg_per_kwh: Annotated[Number, Field(ge=0, le=5)] | None = Field(
        None, description="kg CO2e per kWh by its contract (market-based). Needs market_instrument."
    )
    market_instrument: Text | None = Field(
        None, description="The contract that rate comes from: supplier's mix, guarantees of origin, ... Needs the rate."
    )
    floor_area_m2: Annotated[Number, Field(gt=0, le=10_000_000)] | None = Field(
        None, description="Gross floor area, m2."
    )
    building_use: BuildingUse | None = Field(None, description="Which energy benchmark fits the building.")
    refrigerant: Text | None = Field(None, description="By its number, such as R404A.")
    refrigerant_charge_kg: Annotated[Number, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="Refrigerant in the plant, kg."
    )
    leak_equipment: Text | None = Field(None, description="Kind of plant, for its leakage rate, such as cold-storage.")
    furnace_fuel: Text | None = Field(None, description="What its furnaces burn, such as natural-gas.")
    furnace_unit: FurnaceUnit | None = Field(
        None, description="What furnace_usage of its events counts, where an event does not say so itself."
    )
    furnace_rated_kw: Annotated[Number, Field(gt=0, le=1_000_000)] | None = Field(
        None, description="Rated fuel power of its furnaces, kW: turns hours of use into energy."
    )
    cooling_metered: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="Whether cooling is behind the electricity meter that energy_kwh is read from."
    )
    cooling_cop: Annotated[Number, Field(ge=0.5, le=15)] | None = Field(
        None, description="Heat removed per electricity used by its cooling plant."
    )


class EntityProfile(BaseModel):
    """A stored profile; null: not told."""

    id: int
    entity_type: EntityType
    entity: str
    operator: Operator | None
    grid_region: str | None
    market_kg_per_kwh: float | None
    market_instrument: str | None
    floor_area_m2: float | None
    building_use: BuildingUse | None
    refrigerant: str | None
    refrigerant_charge_kg: float | None
    leak_equipment: str | None
    furnace_fuel: str | None
    furnace_unit: FurnaceUnit | None
    furnace_rated_kw: float | None
    cooling_metered: bool | None
    cooling_cop: float | None
    created_at: datetime
    updated_at: datetime


class SeenEntity(BaseModel):
    """An entity that events name."""

    entity: str
    entity_type: EntityType
    event_types: list[EventType] = Field(description="What its events are, over all recorded days")
    last_day: date = Field(description="UTC day of its newest event")
    event_count: int = Field(
        description="Events with an estimate in the last 28 UTC days, today included; not those that rest on stand-ins"
    )
