"""Real events as the what-if reads them: estimated as they are, with what is accounted of each beside it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from carbon_nexus.activities.vehicles import HGV_CLASSES, resolve
from carbon_nexus.emissions.entity import SITE_TYPES
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.emissions.model import Tier
from carbon_nexus.measures.simulate import EVENT_INPUTS
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.standins import spreads
from carbon_nexus.simulations.population_model import AMOUNTS, SCOPES

BEFORE = "before_"  # prefix of DETAILS of the event as it is
_COUNTED = ("co2e_kg", *SCOPES, *AMOUNTS)


@dataclass(frozen=True)
class Part:
    """Some of the events. `frame` is what changes need of each; `sums` (one row) what the estimated ones come to.

    `no_estimate` has reason and events.
    """

    frame: pl.DataFrame
    sums: pl.DataFrame
    no_estimate: pl.DataFrame


class Books:
    """Accounts the two sides of events alike: names that repeat are kept as numbers, the same for all parts."""

    def __init__(self) -> None:
        # categories of its own: what senders write must not stay in memory when they are gone
        self._words = pl.Categorical(pl.Categories.random())

    def part(self, ready: pl.DataFrame, stand_ins: pl.DataFrame, estimator: Estimator) -> Part:
        """These events as they are; `ready` as for an estimate, with stand-ins in the place of what is missing."""
        events = _classed(ready)
        estimates = estimator.estimate(ready)
        inputs = [name for name in INPUTS if name in events.columns] if estimator.plugins else _told(events)
        frame = events.select(
            *inputs,
            *("vehicle_class", "fuel"),
            pl.col("entity").cast(self._words),
            pl.col("entity_type").cast(self._words),
            pl.col("event_time").dt.date().alias("day"),
        ).with_columns(
            measured=(estimates["tier"] == Tier.MEASURED).fill_null(False),
            stand_in=_stand_in_width(ready, stand_ins, estimator),
        )
        details = self.details(estimates, events)
        frame = pl.concat([frame, details.select(pl.all().name.prefix(BEFORE))], how="horizontal")
        none = estimates.filter(pl.col("co2e_kg").is_null()).group_by("reason").agg(events=pl.len().cast(pl.Int64))
        return Part(frame, summed(details), none)

    def details(self, estimates: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
        """DETAILS of these events by their estimates; `events` are the inputs they were made from, and `fuel`."""
        made = estimates.select(
            pl.col("method", "factor_id").cast(self._words).to_physical().cast(pl.UInt64).fill_null(0xFFFFFFFF),
        )
        number = pl.col("co2e_kg").is_not_null()
        wanted = ("co2e_kg", "ttw_kg", "wtt_kg", "scope2_kg", "scope", "electricity_kwh")
        return (
            estimates.select(
                *wanted,
                (pl.col("high_kg") - pl.col("co2e_kg")).alias("half_kg"),
                pl.when(number).then(made["method"] * 2**32 + made["factor_id"]).alias("factor"),
            )
            .with_columns(_by_scope())
            .with_columns(_amounts(events))
            .select("co2e_kg", "half_kg", "factor", *SCOPES, *AMOUNTS)
        )


def gathered(parts: Sequence[Part]) -> Part:
    """All parts as one; inputs that no event has stay away."""
    frame = pl.concat([part.frame for part in parts], how="diagonal")
    none = pl.concat([part.no_estimate for part in parts]).group_by("reason").agg(pl.sum("events"))
    return Part(frame, pl.concat([part.sums for part in parts]).sum(), none)


def summed(details: pl.DataFrame) -> pl.DataFrame:
    """One row: events with an estimate, sums over them, and `unknown_` of each amount: how many do not tell it."""
    known = details.filter(pl.col("co2e_kg").is_not_null())
    unknown = [pl.col(name).null_count().cast(pl.Int64).alias(f"unknown_{name}") for name in AMOUNTS]
    return known.select(pl.len().cast(pl.Int64).alias("estimated"), pl.sum(*_COUNTED), *unknown)


def _told(events: pl.DataFrame) -> list[str]:
    """The inputs that any event tells, as the embedded estimator reads no more."""
    return [name for name in EVENT_INPUTS if name in events.columns and events[name].null_count() < events.height]


def _classed(ready: pl.DataFrame) -> pl.DataFrame:
    """The events with `vehicle_class` and `fuel`, as measures read them: a lorry that names no fuel runs on diesel."""
    names = ["vehicle_type", "fuel_type"]
    assumed = pl.when(pl.col("vehicle_class").is_in(HGV_CLASSES)).then(pl.lit("diesel"))
    known = resolve(ready.select(names).unique()).select(*names, "vehicle_class", pl.coalesce("fuel", assumed))
    return ready.join(known, on=names, how="left", nulls_equal=True, maintain_order="left")


def _by_scope() -> list[pl.Expr]:
    """kg of each scope; what the estimate does not tell apart is of none."""
    others = pl.col("scope") == 3
    apart = pl.all_horizontal(pl.col(name).is_not_null() for name in ("ttw_kg", "wtt_kg", "scope2_kg"))
    total, number = pl.col("co2e_kg"), pl.col("co2e_kg").is_not_null()
    own = pl.when(apart & ~others)
    kinds = {
        "scope_1": own.then(pl.col("ttw_kg") - pl.col("scope2_kg")).otherwise(0.0),
        "scope_2": own.then("scope2_kg").otherwise(0.0),
        "scope_3": pl.when(others).then(total).when(apart).then("wtt_kg").otherwise(0.0),
        "not_told_apart": pl.when(apart | others).then(0.0).otherwise(total),
    }
    return [pl.when(number).then(kg).alias(name) for name, kg in kinds.items()]


def _amounts(events: pl.DataFrame) -> list[pl.Series]:
    """Litres and km of the events; null: not known. A site drives nothing, what runs on electricity burns no litres."""
    litres, km = (_column(events, name) for name in ("fuel_litres", "distance_km"))
    site = pl.col("event_type").is_in(SITE_TYPES)
    burns_none = (pl.col("fuel") == "electric").fill_null(False)
    return events.select(
        "event_type",
        "fuel",
        fuel_litres=pl.when(burns_none).then(0.0).when(litres > 0).then(litres).when(site).then(0.0),
        distance_km=pl.when(site).then(0.0).otherwise(km),
    ).get_columns()[2:]


def _column(events: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in events.columns else pl.lit(None, pl.Float64)


def _stand_in_width(ready: pl.DataFrame, stand_ins: pl.DataFrame, estimator: Estimator) -> pl.Series:
    """Of events that were estimated with stand-ins, the relative half-width these bring; null: none."""
    none = pl.Series("stand_in", [None], pl.Float64).extend_constant(None, ready.height - 1)
    if stand_ins.is_empty():
        return none
    width = spreads(ready, stand_ins, estimator).select("event_id", stand_in=pl.col("up").exp() - 1)
    return ready.select("event_id").join(width, on="event_id", how="left", maintain_order="left")["stand_in"]
