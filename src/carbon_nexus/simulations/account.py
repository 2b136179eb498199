"""What a weighed population is told as: totals, interval, parts, scopes, energy, entities, what was left out. Pure."""

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from typing import Any

import polars as pl

from carbon_nexus.simulations.population import BEFORE
from carbon_nexus.simulations.population_model import AMOUNTS, MOST_ENTITIES, SCOPES, Planned
from carbon_nexus.simulations.schemas import Amount, BeforeAfter, ChangeResult, EnergyUse, EntityDelta, LeftOut, Scopes
from carbon_nexus.simulations.shapley import contributions
from carbon_nexus.simulations.weigh import Weighed

MOST_REASONS = 50
WEEK_DAYS, YEAR_DAYS = 7, 365
NO_ESTIMATE = "no event in scope has an estimate"
ZERO = "no percent: the baseline is zero"

Row = Mapping[str, Any]


def totals(weighed: Weighed, before: Row, days: int) -> dict[str, Any]:
    """The kg fields of `PopulationResult`; `before` are the sums over all events as they are."""
    if not before["estimated"]:
        names = ("baseline_kg", "changed_kg", "delta_kg", "delta_low_kg", "delta_high_kg", "percent")
        return dict.fromkeys((*names, "per_week_kg", "per_year_kg")) | {"reason": NO_ESTIMATE}
    baseline, delta = before["co2e_kg"], delta_kg(weighed)
    half = half_width_kg(weighed)
    return {
        "baseline_kg": baseline,
        "changed_kg": baseline + delta,
        "delta_kg": delta,
        "delta_low_kg": delta - half,
        "delta_high_kg": delta + half,
        "percent": 100 * delta / baseline if baseline else None,
        "per_week_kg": delta * WEEK_DAYS / days,
        "per_year_kg": delta * YEAR_DAYS / days,
        "reason": None if baseline else ZERO,
    }


def delta_kg(weighed: Weighed) -> float:
    """What all changes come to together, kg CO2e."""
    return sum((worth[acting] for acting, worth in weighed.sums.items()), 0.0)


def half_width_kg(weighed: Weighed) -> float:
    """Half of the 95 % interval of the difference.

    All estimates by one formula and one factor err together: their half-widths add up, those of the events as they are
    with a minus sign, so that what stays by the same factor cancels. Different factors err on their own: in quadrature.
    """
    if not weighed.factors:
        return 0.0
    by_factor = pl.concat(weighed.factors).group_by("factor").agg(pl.sum("kg"))["kg"]
    return hypot(sqrt(float((by_factor**2).sum())), _sums(weighed)["stand_in_kg"] or 0.0)


def parts(plans: Sequence[Planned], weighed: Weighed, baseline_kg: float | None) -> list[ChangeResult]:
    """Each change in words, with its part in the whole."""
    deltas = contributions(weighed.sums, len(plans))
    return [
        ChangeResult(
            number=plan.number,
            name=plan.name,
            sentence=plan.sentence,
            events=weighed.events.get(place, 0),
            delta_kg=deltas[place],
            percent=100 * deltas[place] / baseline_kg if baseline_kg else None,
        )
        for place, plan in enumerate(plans)
    ]


def scopes(weighed: Weighed, before: Row) -> Scopes:
    """kg by scope over all events, as they are and changed."""
    moved = _sums(weighed)
    sides = {name: (before[name], before[name] - moved[f"{BEFORE}{name}"] + moved[f"after_{name}"]) for name in SCOPES}
    return Scopes(**{name: BeforeAfter(before=old, after=new, change=new - old) for name, (old, new) in sides.items()})


def energy(weighed: Weighed, before: Row) -> EnergyUse:
    """kWh, litres and km of all events of which they are known on both sides."""
    return EnergyUse(**{name: _amount(name, _sums(weighed), before) for name in AMOUNTS})


def _amount(name: str, moved: Row, before: Row) -> Amount:
    known_before, known_after = moved[f"{BEFORE}{name}"], moved[f"after_{name}"]
    old = before[name] - moved[f"all_{BEFORE}{name}"] + known_before
    return Amount(
        before=old,
        after=old - known_before + known_after,
        change=known_after - known_before,
        unknown_events=before[f"unknown_{name}"] - moved[f"unknown_{BEFORE}{name}"] + moved[f"unknown_{name}"],
    )


def moved_amount(weighed: Weighed, name: str) -> tuple[float, int, int]:
    """By how much an amount changes where it is known, of how many of the changed events, and of how many it is not."""
    moved = _sums(weighed)
    unknown = moved[f"unknown_{name}"]
    return moved[f"after_{name}"] - moved[f"{BEFORE}{name}"], moved["changed"] - unknown, unknown


def changed_events(weighed: Weighed) -> int:
    """On how many events any change acts."""
    return int(_sums(weighed)["changed"])


def entities(weighed: Weighed) -> list[EntityDelta]:
    """The entities with the largest differences, the largest first."""
    if not weighed.entities:
        return []
    found = pl.concat(weighed.entities).group_by("entity", "entity_type").agg(pl.sum("events", "before_kg", "after_kg"))
    ranked = found.with_columns(delta_kg=pl.col("after_kg") - pl.col("before_kg")).sort(
        pl.col("delta_kg").abs(), "entity", "entity_type", descending=[True, False, False]
    )
    return [EntityDelta(**row) for row in ranked.head(MOST_ENTITIES).iter_rows(named=True)]


def left_out(weighed: Weighed, no_estimate: pl.DataFrame) -> list[LeftOut]:
    """What could not be changed or compared, the most frequent first; rare reasons beyond MOST_REASONS together."""
    none = no_estimate.select(
        pl.lit(None, pl.Int64).alias("number"),
        pl.format("no estimate as it is: {}", "reason").alias("reason"),
        "events",
    )
    found = pl.concat([none, *weighed.left_out]).group_by("number", "reason").agg(pl.sum("events"))
    ranked = found.sort("events", "number", "reason", descending=[True, False, False], nulls_last=True)
    told = [
        LeftOut(change=row["number"], reason=row["reason"], events=row["events"])
        for row in ranked.head(MOST_REASONS).iter_rows(named=True)
    ]
    rest = ranked[MOST_REASONS:]
    if rest.height:
        told.append(LeftOut(change=None, reason=f"{rest.height} other reasons", events=int(rest["events"].sum())))
    return told


def _sums(weighed: Weighed) -> Row:
    """The amounts of all changed events, added up; zero where there is none."""
    if weighed.amounts:
        return pl.concat(weighed.amounts).sum().row(0, named=True)
    names = [f"{BEFORE}{name}" for name in (*SCOPES, *AMOUNTS)] + [f"after_{name}" for name in (*SCOPES, *AMOUNTS)]
    names += [f"{kind}{name}" for name in AMOUNTS for kind in (f"all_{BEFORE}", f"unknown_{BEFORE}", "unknown_")]
    return dict.fromkeys((*names, "stand_in_kg", "changed"), 0)
