"""What shows a measure's effect, and what the emissions follow without it: told from what the measure acts on. Pure."""

import re
from typing import Any

import polars as pl

from carbon_nexus.baselines.model import MOMENT
from carbon_nexus.emissions.entity import SITE_TYPES
from carbon_nexus.emissions.model import Tier
from carbon_nexus.savings.model import MOST_APART, Driver, Sight

SHOWN = (
    "distance_km", "load_kg", "speed", "stop_events", "delivery_count", "traffic_score", "idle_hours", "vehicle_type",
    "fuel_type",
)  # fmt: skip
"""What an event may tell of a trip that a modelled estimate follows."""
METERS = ("energy_kwh", "gas_kwh", "fuel_litres", "furnace_usage")
"""What a site's event may tell that was measured, though a part of its estimate is computed."""

EVENT_SCHEMA: dict[str, Any] = {
    "event_time": MOMENT,
    "co2e_kg": pl.Float64,
    "activity": pl.Float64,
    "activity_unit": pl.String,
    "filled": pl.Boolean,
    "tier": pl.String,
    "model_version": pl.String,
    "grid_region": pl.String,
    "calibrated": pl.Boolean,
    "load_kg": pl.Float64,
    "told": pl.Boolean,
}
"""Events of one entity: `co2e_kg` null: no estimate; `told`: the event tells one of the fields the measure changes."""

_OF_FUEL = re.compile(r"\bfuel (per|of)\b")
_MARKET_ONLY = "market-based scope 2 only"


def sight_of(event_type: str, acts_on: str | None, reduction_basis: str | None = None) -> Sight:
    """In what the effect shows; what it acts on and is a share of are the measure's own words."""
    words = (acts_on or "").lower().replace("idle hours", "idle_hours")
    if (reduction_basis or "").startswith(_MARKET_ONLY):
        return Sight(
            blind="it lowers market-based scope 2 only, and savings are measured location-based: a person may judge it"
        )
    if "refrigerant" in words and "electricity" not in words:
        return Sight(blind="refrigerant leaks are worked out, no event measures them: a person may judge it")
    if event_type in SITE_TYPES:
        return Sight(METERS)
    named = set(re.findall(r"\w+", words))
    fields = () if _OF_FUEL.search(words) else tuple(name for name in SHOWN if name in named)
    return Sight(
        fields,
        moves_goods=bool({"distance_km", "load_kg"} & set(fields)),
        changes_vehicle=bool({"vehicle_type", "fuel_type"} & set(fields)),
    )


def why_not_shown(events: pl.DataFrame, sight: Sight, event_type: str, acts_on: str | None) -> str | None:
    """Why these events (EVENT_SCHEMA, with estimates) cannot show the effect, and what to send; None: they can."""
    if sight.blind:
        return sight.blind
    told = pl.col("told").fill_null(False) & bool(sight.fields)
    shows = (pl.col("tier") == Tier.MEASURED).fill_null(False) | told
    kg = pl.col("co2e_kg")
    shown, total = events.select(kg.filter(shows).sum(), all=kg.sum()).row(0)
    if total <= 0 or shown >= (1 - MOST_APART) * total:
        return None
    site = event_type in SITE_TYPES
    send = "energy_kwh with each reading" if site else "fuel_litres, or energy_kwh of electric vehicles, with each trip"
    return (
        f"{1 - shown / total:.0%} of its kg CO2e before the measure were modelled, not measured, and the model does "
        f"not follow what the measure acts on ({acts_on or 'not told'}): send {send}"
    )


def driver_of(events: pl.DataFrame, sight: Sight, event_type: str) -> Driver:
    """What the emissions are taken to follow whether the measure is there or not.

    Distance is part of a tonne-kilometre: a measure that saves kilometres would change the very unit it is measured
    by, so that its effect is told by the tonnes or drops delivered, else by trips.
    """
    if event_type in SITE_TYPES:
        return Driver.TIME
    if not sight.moves_goods or _most(events, pl.col("activity_unit") == "drop"):
        return Driver.ACTIVITY
    if _most(events, pl.col("load_kg").is_not_null()) and (events["load_kg"] > 0).any():
        return Driver.TONNES
    return Driver.TRIPS


def with_done(events: pl.DataFrame, driver: Driver) -> pl.DataFrame:
    """The events with how much was done, `done` (null: not told), in `kind`, the unit."""
    if driver is Driver.TONNES:
        return events.with_columns(done=pl.col("load_kg") / 1000, kind=pl.lit("t"))
    if driver is Driver.TRIPS:
        return events.with_columns(done=pl.lit(1.0), kind=pl.lit("trip"))
    return events.with_columns(done="activity", kind="activity_unit")


def bases_of(events: pl.DataFrame, sight: Sight) -> dict[str, float]:
    """Shares of the kg CO2e (of the events, where they emitted none) by their basis: version, tier, grid, calibration.

    A measure that changes vehicle or fuel changes all but the version itself.
    """
    named = [pl.col("model_version")]
    if not sight.changes_vehicle:
        calibrated = pl.when("calibrated").then(pl.lit("calibrated"))
        named += [pl.col("tier"), pl.col("grid_region"), calibrated]
    basis = pl.concat_str(named, separator=" ", ignore_nulls=True).alias("basis")
    sums = events.group_by(basis).agg(pl.col("co2e_kg").sum().alias("kg"), pl.len()).sort("basis")
    by = "kg" if sums["kg"].sum() > 0 else "len"
    return dict(sums.select("basis", pl.col(by) / pl.col(by).sum()).iter_rows())


def _most(events: pl.DataFrame, holds: pl.Expr) -> bool:
    counted = events.select(holds.fill_null(False).mean()).item()
    return counted is not None and counted >= 1 - MOST_APART
