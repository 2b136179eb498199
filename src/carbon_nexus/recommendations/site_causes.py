"""What a site's excess comes from: more energy, or dirtier energy, and what moved along with it. Pure.

A meter says how much, not what for. So the excess is parted into the kWh above usual (for as much activity) at the
usual kg per kWh, and the kg per kWh above usual; the same for burnt fuels, which have no hours. More energy is laid to
cooling, to the process or to longer hours where what the site tells of them rose too; else it is energy use itself.
"""

import polars as pl

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.recommendations.model import Cause
from carbon_nexus.recommendations.usual import OF_DAYS, Sides, normal_inputs

ROSE = 0.1  # relative: smaller moves of a signal explain nothing
WARMER_K = 2.0  # a cold store this much warmer than usual has lost its cold
COLD_C = 15.0  # a store kept below this is cooled
AMOUNTS = (
    *("energy_kwh", "gas_kwh", "fuel_litres", "furnace_usage", "cooling_load", "refrigeration_load"),
    *("temperature", "shift_hours", "inventory_volume"),
)


def site_effects(found: Sides, basis: Basis) -> tuple[pl.DataFrame, pl.DataFrame]:
    """hotspot_id, cause and effect_kg of every cause on every case; and each case's inputs (`normal_inputs`)."""
    inputs = normal_inputs(found, AMOUNTS)
    now, usual = (_use(side, basis, name) for side, name in zip(found, ("now", "usual"), strict=True))
    both = now.join(usual, on="hotspot_id").join(inputs, on="hotspot_id")
    likewise = pl.when(OF_DAYS).then(1.0).otherwise(pl.col("activity_now") / pl.col("activity_usual"))
    both = both.with_columns(like=pl.when(likewise.is_finite()).then(likewise).otherwise(1.0))
    more_kwh = pl.col("kwh_now") - pl.col("kwh_usual") * pl.col("like")
    dirtier = pl.col("factor_now") - pl.col("factor_usual")
    burnt = pl.col("rest_now") - pl.col("rest_usual") * pl.col("like")
    per_event = [
        both.select(
            "hotspot_id", "events", cause=_energy_cause(), kg=more_kwh * pl.coalesce("factor_usual", "factor_now")
        ),
        both.select("hotspot_id", "events", cause=pl.lit(Cause.GRID.value), kg=pl.col("kwh_now") * dirtier),
        both.select("hotspot_id", "events", cause=_burnt_cause(), kg=burnt),
    ]
    total = (pl.col("kg") * pl.col("events")).sum().alias("effect_kg")
    known = pl.concat(per_event).filter(pl.col("kg").is_not_null())  # of no electricity there is no factor
    return known.group_by("hotspot_id", "cause").agg(total), inputs


def _use(side: pl.DataFrame, basis: Basis, name: str) -> pl.DataFrame:
    """Per case and event: kWh, kg per kWh, kg of all but electricity, activity; and how many events."""
    without = estimate(side.with_columns(energy_kwh=pl.lit(0.0)), basis)["co2e_kg"]
    parted = side.with_columns(rest_kg=without, kwh=estimate(side, basis)["electricity_kwh"].fill_null(0.0))
    electric_kg = (pl.col("actual_kg") - pl.col("rest_kg")).sum()
    return parted.group_by("hotspot_id").agg(
        pl.col("kwh").mean().alias(f"kwh_{name}"),
        (electric_kg / pl.col("kwh").sum()).fill_nan(None).alias(f"factor_{name}"),
        pl.col("rest_kg").mean().alias(f"rest_{name}"),
        pl.col("activity").mean().alias(f"activity_{name}"),
        *([pl.len().alias("events"), pl.col("metric").first()] if name == "now" else []),
    )


def _energy_cause() -> pl.Expr:
    warmer = pl.col("actual_temperature") - pl.col("usual_temperature") >= WARMER_K
    cooling = _rose("cooling_load", "refrigeration_load") | (warmer & (pl.col("usual_temperature") < COLD_C))
    return (
        pl.when(cooling.fill_null(False)).then(pl.lit(Cause.COOLING.value))
        .when(_rose("furnace_usage")).then(pl.lit(Cause.PROCESS.value))
        .when(_rose("shift_hours")).then(pl.lit(Cause.HOURS.value))
        .otherwise(pl.lit(Cause.ENERGY_USE.value))
    )  # fmt: skip


def _burnt_cause() -> pl.Expr:
    process = pl.when(_rose("furnace_usage")).then(pl.lit(Cause.PROCESS.value))
    return process.otherwise(pl.lit(Cause.FUEL_USE.value))


def _rose(*names: str) -> pl.Expr:
    rose = (pl.col(f"actual_{name}") > (1 + ROSE) * pl.col(f"usual_{name}") for name in names)
    return pl.any_horizontal(each.fill_null(False) for each in rose)
