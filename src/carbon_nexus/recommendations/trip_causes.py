"""What the excess of trips and rounds comes from: one input after another put back to what is usual. Pure.

The estimator runs again on the episode's events with the usual speed, load, vehicle ...; what disappears is the effect
of that input. Where the fuel was measured the model gives the ratio, and what the model cannot explain is the
consumption itself: the vehicle, or the way it is driven. Of an intensity the activity goes along: half the load is half
the tonne-kilometres for nearly the same fuel. Each effect is against the events as they were; they do not add up.
"""

import polars as pl

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.recommendations.model import Cause
from carbon_nexus.recommendations.usual import OF_DAYS, Sides, normal_inputs

INPUTS_OF: dict[Cause, tuple[str, ...]] = {
    Cause.LOAD: ("load_kg",),
    Cause.SPEED: ("speed",),
    Cause.STOPS: ("stop_events", "idle_hours", "traffic_score"),
    Cause.DENSITY: ("delivery_count", "distance_km"),
    Cause.VEHICLE: ("vehicle_class",),
    Cause.FUEL: ("fuel",),
}
AMOUNTS = ("load_kg", "speed", "stop_events", "idle_hours", "traffic_score", "delivery_count", "distance_km")
METERS = ("fuel_litres", "energy_kwh")
UNMETERED = [pl.lit(None, pl.Float64).alias(name) for name in METERS]
# What was learnt of a vehicle as it is says nothing of another one.
UNCALIBRATED = [pl.lit(None, pl.Float64).alias(name) for name in ("calibration_ratio", "calibration_spread")]
AS_RESOLVED = {"vehicle_type": pl.col("vehicle_class"), "fuel_type": pl.col("fuel")}


def trip_effects(found: Sides, basis: Basis) -> tuple[pl.DataFrame, pl.DataFrame]:
    """hotspot_id, cause and effect_kg of every cause on every case; and each case's inputs (`normal_inputs`)."""
    inputs = normal_inputs(found, AMOUNTS)
    now = _modelled(found.now, basis).with_row_index("row").join(inputs, on="hotspot_id", maintain_order="left")
    scenarios = pl.concat([_put_back(now, cause) for cause in INPUTS_OF])
    again = estimate(scenarios, basis).select(again_kg="co2e_kg", again_activity="activity")
    put_back = _effects(pl.concat([scenarios, again], how="horizontal"))
    usual = _modelled(found.before, basis)
    others = (_volume(now, usual), _consumption(now, usual), _grid(now, usual))
    return pl.concat([put_back, *others]), inputs


def _modelled(events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """The events with model_kg, what the estimator says of them without their meters, and the kWh they took."""
    kwh = estimate(events, basis)["electricity_kwh"]
    return events.with_columns(model_kg=estimate(events.with_columns(UNMETERED), basis)["co2e_kg"], kwh=kwh)


def _put_back(now: pl.DataFrame, cause: Cause) -> pl.DataFrame:
    """The episode's events with the inputs of one cause as usual, where it is known what is."""
    usual = [pl.coalesce(f"usual_{name}", name).alias(name) for name in INPUTS_OF[cause]]
    changed = now.with_columns(*UNMETERED, *usual, cause=pl.lit(cause.value))
    if cause in (Cause.VEHICLE, Cause.FUEL):
        changed = changed.with_columns(*UNCALIBRATED).with_columns(**AS_RESOLVED)
    # of a day fewer drops or kilometres are volume
    return changed.filter(~OF_DAYS) if cause is Cause.DENSITY else changed


def _effects(scenarios: pl.DataFrame) -> pl.DataFrame:
    like = pl.when(OF_DAYS).then(1.0).otherwise(pl.col("activity") / pl.col("again_activity"))
    effect = pl.col("actual_kg") * (1 - pl.col("again_kg") * like / pl.col("model_kg"))
    known = scenarios.with_columns(effect_kg=effect).filter(pl.col("effect_kg").is_finite())
    return known.group_by("hotspot_id", "cause").agg(pl.col("effect_kg").sum())


def _volume(now: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Of days: the kg of what was done beyond the usual activity of a day."""
    both = _activity_of_a_day(now, "now").join(_activity_of_a_day(usual, "usual"), on="hotspot_id")
    effect = pl.col("kg_now") * (1 - pl.col("activity_usual") / pl.col("activity_now"))
    return both.select("hotspot_id", cause=pl.lit(Cause.VOLUME.value), effect_kg=effect)


def _activity_of_a_day(events: pl.DataFrame, side: str) -> pl.DataFrame:
    days = events.filter(OF_DAYS).group_by("hotspot_id", day=pl.col("event_time").dt.date())
    sums = days.agg(pl.col("activity").sum(), pl.col("actual_kg").sum())
    return sums.group_by("hotspot_id").agg(
        pl.col("activity").mean().alias(f"activity_{side}"), pl.col("actual_kg").sum().alias(f"kg_{side}")
    )


def _consumption(now: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """What measured fuel or energy lies above what the model says, against how far it usually does."""
    measured = pl.any_horizontal(pl.col(name) > 0 for name in METERS) & pl.col("model_kg").is_not_null()
    return _kg_per(now.filter(measured), usual.filter(measured), "model_kg", Cause.CONSUMPTION)


def _grid(now: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Of what drives on electricity: what its kWh emit beyond what they usually do."""
    electric = (pl.col("fuel") == "electric") & (pl.col("kwh") > 0)
    return _kg_per(now.filter(electric), usual.filter(electric), "kwh", Cause.GRID)


def _kg_per(now: pl.DataFrame, usual: pl.DataFrame, unit: str, cause: Cause) -> pl.DataFrame:
    """The effect of emitting more per unit than usual."""
    kg, of = pl.col("actual_kg").sum(), pl.col(unit).sum()
    own = now.group_by("hotspot_id").agg(now=kg / of, kg=kg)
    both = own.join(usual.group_by("hotspot_id").agg(usual=kg / of), on="hotspot_id")
    effect = pl.col("kg") * (1 - pl.col("usual") / pl.col("now"))
    return both.select("hotspot_id", cause=pl.lit(cause.value), effect_kg=effect)
