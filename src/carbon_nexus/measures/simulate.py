"""What a measure would have saved: the entity's own events with and without it, through the same estimator.

Savings of several measures never add up: each is against the events as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from carbon_nexus.activities.vehicles import HGV_CLASSES, resolve
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.measures.changes import RULES
from carbon_nexus.measures.model import Measure, Saving

LEVELS = ("low", "typical", "high")
ROWS_AT_ONCE = 500_000  # an estimate costs about 10 ms however few its rows, so measures share one up to this size

EVENT_INPUTS: dict[str, pl.DataType] = {name: dtype for name, dtype in INPUTS.items() if not name.endswith("_id")}
"""What a simulation needs of an event: all that its estimate depends on."""


def savings(measures: Sequence[Measure], events: pl.DataFrame, basis: Basis = DEFAULT_BASIS) -> list[Saving]:
    """The saving of each measure that acts on any of the events, in the order of `measures`.

    `events` are the event frame's rows of one entity and event type; missing columns count as null.
    """
    frame = _prepared(events, basis)
    at_once = max(1, ROWS_AT_ONCE // max(1, len(LEVELS) * frame.height))
    parts = [measures[start : start + at_once] for start in range(0, len(measures), at_once)]
    return [saving for part in parts for saving in _savings(part, frame, basis)]


def _prepared(events: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    """Inputs of one type each, the row's number, its CO2e as it is, and the resolved vehicle class and fuel."""
    frame = events.select(
        (pl.col(name) if name in events.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in EVENT_INPUTS.items()
    )
    frame = frame.with_columns(before_kg=estimate(frame, basis)["co2e_kg"]).with_row_index("row")
    # The estimator reads a lorry without a fuel as diesel, as its tables do.
    assumed = pl.when(pl.col("vehicle_class").is_in(HGV_CLASSES)).then(pl.lit("diesel"))
    return resolve(frame).with_columns(pl.coalesce("fuel", assumed).alias("fuel"))


def _savings(measures: Sequence[Measure], frame: pl.DataFrame, basis: Basis) -> list[Saving]:
    changed = pl.concat([_scenario(each, level, frame) for each in measures for level in _levels(each)])
    compared = _comparable(changed.with_columns(after_kg=estimate(changed, basis)["co2e_kg"]))
    totals = compared.group_by("measure_id", "level").agg(
        saved_kg=(pl.col("before_kg") - pl.col("after_kg")).sum(),
        affected_kg=pl.col("before_kg").sum(),
        events=pl.len(),
    )
    found = {(row["measure_id"], row["level"]): row for row in totals.iter_rows(named=True)}
    return [_saving(each, found) for each in measures if (each.id, "typical") in found]


def _saving(measure: Measure, totals: Mapping[tuple[str, str], Mapping[str, Any]]) -> Saving:
    """From a measure's totals by level; a replacement has the published range around its simulated saving."""
    saved = {level: totals[measure.id, level]["saved_kg"] for level in _levels(measure)}
    typical, affected_kg = saved["typical"], totals[measure.id, "typical"]["affected_kg"]
    low = saved.get("low", min(typical, affected_kg * measure.reduction_low_pct / 100))
    high = saved.get("high", max(typical, affected_kg * measure.reduction_high_pct / 100))
    return Saving(measure.id, low, typical, high, totals[measure.id, "typical"]["events"], affected_kg)


def _levels(measure: Measure) -> tuple[str, ...]:
    return ("typical",) if RULES[measure.id].replaces else LEVELS


def _comparable(changed: pl.DataFrame) -> pl.DataFrame:
    """The events with an estimate before and, at every level, after: all levels must speak of the same events."""
    known = pl.col("before_kg").is_not_null() & pl.col("after_kg").is_not_null()
    return changed.join(changed.filter(~known), on=["measure_id", "row"], how="anti")


def _scenario(measure: Measure, level: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The events the measure acts on, with their inputs as they would have been."""
    rule, r = RULES[measure.id], getattr(measure, f"reduction_{level}_pct") / 100
    changed = {name: value.cast(EVENT_INPUTS[name]) for name, value in rule.change(r).items()}
    return (
        frame.lazy()
        .with_columns(rule.fits.fill_null(False).alias("fits"))
        .with_columns(**changed)
        .filter("fits")
        .select(*EVENT_INPUTS, "row", "before_kg", measure_id=pl.lit(measure.id), level=pl.lit(level))
        .collect()
    )
