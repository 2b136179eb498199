"""What measures would have saved: the entities' own events with and without each, through the same estimator.

Many cases at once, a case being one entity's events of one event type. Savings of several measures never add up: each
is against the events as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from carbon_nexus.activities.vehicles import HGV_CLASSES, resolve
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.measures.changes import Rule, rule_of
from carbon_nexus.measures.model import Measure, Saving

LEVELS = ("low", "typical", "high")
ROWS_AT_ONCE = 500_000  # an estimate costs about 10 ms however few its rows, so measures share one up to this size

EVENT_INPUTS: dict[str, pl.DataType] = {name: dtype for name, dtype in INPUTS.items() if not name.endswith("_id")}
"""What a simulation needs of an event: all that its estimate depends on."""


def savings(measures: Sequence[Measure], events: pl.DataFrame, basis: Basis = DEFAULT_BASIS) -> list[Saving]:
    """The saving of each measure on each case where it acts on any of the events, in the order of `measures`.

    `events` are the event frame's rows; a column `case` (integers) tells whose they are, without one they are of case
    0. Missing columns count as null.
    """
    frame = _prepared(events, basis)
    at_once = max(1, ROWS_AT_ONCE // max(1, len(LEVELS) * frame.height))
    parts = [measures[start : start + at_once] for start in range(0, len(measures), at_once)]
    return [saving for part in parts for saving in _savings(part, frame, basis)]


def _prepared(events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """Inputs of one type each, the case, the row's number, its CO2e as it is, and the resolved vehicle and fuel."""
    case = pl.col("case") if "case" in events.columns else pl.lit(0)
    frame = events.select(
        case.cast(pl.Int64).alias("case"),
        *(
            (pl.col(name) if name in events.columns else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in EVENT_INPUTS.items()
        ),
    )
    frame = frame.with_columns(before_kg=estimate(frame, basis)["co2e_kg"]).with_row_index("row")
    # The estimator reads a lorry without a fuel as diesel, as its tables do.
    assumed = pl.when(pl.col("vehicle_class").is_in(HGV_CLASSES)).then(pl.lit("diesel"))
    return resolve(frame).with_columns(pl.coalesce("fuel", assumed).alias("fuel"))


def _savings(measures: Sequence[Measure], frame: pl.DataFrame, basis: Basis) -> list[Saving]:
    changed = pl.concat([scenario for each in measures for scenario in _scenarios(each, frame)])
    compared = _comparable(changed.with_columns(after_kg=estimate(changed, basis)["co2e_kg"]))
    totals = compared.group_by("measure_id", "level", "case").agg(
        saved_kg=(pl.col("before_kg") - pl.col("after_kg")).sum(),
        affected_kg=pl.col("before_kg").sum(),
        events=pl.len(),
    )
    by_measure: dict[str, dict[int, dict[str, Mapping[str, Any]]]] = {}
    for row in totals.sort("case").iter_rows(named=True):
        by_measure.setdefault(row["measure_id"], {}).setdefault(row["case"], {})[row["level"]] = row
    return [_saving(each, case, levels) for each in measures for case, levels in by_measure.get(each.id, {}).items()]


def _saving(measure: Measure, case: int, levels: Mapping[str, Mapping[str, Any]]) -> Saving:
    """From a case's totals by level; a replacement has the published range around its simulated saving."""
    typical, affected_kg = levels["typical"]["saved_kg"], levels["typical"]["affected_kg"]
    if rule_of(measure).replaces:
        low = min(typical, affected_kg * measure.reduction_low_pct / 100)
        high = max(typical, affected_kg * measure.reduction_high_pct / 100)
    else:
        low, high = levels["low"]["saved_kg"], levels["high"]["saved_kg"]
    low, typical, high = sorted((low, typical, high))  # of what emits more than before the strongest change is lowest
    return Saving(measure.id, low, typical, high, levels["typical"]["events"], affected_kg, case)


def _levels(rule: Rule) -> tuple[str, ...]:
    return ("typical",) if rule.replaces else LEVELS


def _comparable(changed: pl.DataFrame) -> pl.DataFrame:
    """The events with an estimate before and, at every level, after: all levels must speak of the same events."""
    known = pl.col("before_kg").is_not_null() & pl.col("after_kg").is_not_null()
    return changed.join(changed.filter(~known), on=["measure_id", "row"], how="anti")


def _scenarios(measure: Measure, frame: pl.DataFrame) -> list[pl.DataFrame]:
    """At each level the events the measure acts on, with their inputs as they would have been."""
    rule = rule_of(measure)
    of_type = frame.filter(pl.col("event_type") == measure.event_type)
    fitting = of_type.with_columns(fits=_by_case(rule.fits))
    return [_scenario(measure, level, rule, fitting) for level in _levels(rule)]


def _scenario(measure: Measure, level: str, rule: Rule, fitting: pl.DataFrame) -> pl.DataFrame:
    r = getattr(measure, f"reduction_{level}_pct") / 100
    changed = {name: _by_case(value).cast(EVENT_INPUTS[name]) for name, value in rule.change(r).items()}
    told = {"measure_id": pl.lit(measure.id), "level": pl.lit(level)}
    return fitting.with_columns(**changed).filter("fits").select("case", *EVENT_INPUTS, "row", "before_kg", **told)


def _by_case(expression: pl.Expr) -> pl.Expr:
    """A rule's aggregates look at all events of their case and of no other."""
    return pl.when(pl.col("case").is_not_null()).then(expression).over("case")
