"""The words of the room: the kinds of entity, and the profile of one."""

from dataclasses import dataclass, fields
from enum import StrEnum

import polars as pl

LONGEST_TEXT = 200  # characters; as long as the names that events carry
RECENT_DAYS = 28  # four weeks: the span that counts and choices of entities look back


class EntityType(StrEnum):
    """What an entity is; the same words as beside an estimate."""

    SUPPLIER = "supplier"
    ROUTE = "route"
    FACTORY = "factory"
    WAREHOUSE = "warehouse"


class Operator(StrEnum):
    """Who runs the entity: the tenant, a company the tenant pays, or the tenant's customer."""

    OWN = "own"
    PURCHASED = "purchased"
    CUSTOMER = "customer"


class BuildingUse(StrEnum):
    """What a building is for, as far as energy benchmarks tell it apart."""

    NON_REFRIGERATED_WAREHOUSE = "non_refrigerated_warehouse"
    REFRIGERATED_WAREHOUSE = "refrigerated_warehouse"
    DISTRIBUTION_CENTER = "distribution_center"
    MANUFACTURING = "manufacturing"


class FurnaceUnit(StrEnum):
    """What the furnace_usage of an event counts: hours at rated power, or fuel."""

    HOURS = "h"
    KWH = "kwh"
    CUBIC_METRES = "m3"
    LITRES = "litre"
    KILOGRAMS = "kg"


@dataclass(frozen=True)
class Profile:
    """What is told about one entity; None: not told, and nothing is assumed in its place.

    `operator` None means the tenant itself. `market_kg_per_kwh` (kg CO2e) is the rate of the electricity contract
    that `market_instrument` names; neither goes without the other. `grid_region`, `refrigerant`, `leak_equipment` and
    `furnace_fuel` are names of the factor library. `furnace_unit` counts where an event does not say it itself.
    `furnace_rated_kw` is fuel power. `cooling_metered`: whether cooling is behind the electricity meter that
    energy_kwh is read from; `cooling_cop` is heat removed per electricity used.
    """

    entity_type: EntityType
    entity: str
    operator: Operator | None = None
    grid_region: str | None = None
    market_kg_per_kwh: float | None = None
    market_instrument: str | None = None
    floor_area_m2: float | None = None
    building_use: BuildingUse | None = None
    refrigerant: str | None = None
    refrigerant_charge_kg: float | None = None
    leak_equipment: str | None = None
    furnace_fuel: str | None = None
    furnace_unit: FurnaceUnit | None = None
    furnace_rated_kw: float | None = None
    cooling_metered: bool | None = None
    cooling_cop: float | None = None


KEY = ("entity_type", "entity")
FACTS = tuple(each.name for each in fields(Profile) if each.name not in KEY)
NUMBERS = ("market_kg_per_kwh", "floor_area_m2", "refrigerant_charge_kg", "furnace_rated_kw", "cooling_cop")
PROFILE_SCHEMA = pl.Schema(
    dict.fromkeys((*KEY, *FACTS), pl.String())
    | dict.fromkeys(NUMBERS, pl.Float64())
    | {"cooling_metered": pl.Boolean()}
)
"""Columns of a frame of profiles: the fields of Profile, in order."""
