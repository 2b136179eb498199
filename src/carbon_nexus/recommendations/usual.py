"""An episode's events beside what its entity usually does: the two sides of a diagnosis. Pure, many cases at once."""

from typing import NamedTuple

import polars as pl

from carbon_nexus.activities.vehicles import resolve
from carbon_nexus.baselines.model import METERED, Metric
from carbon_nexus.baselines.typical import season_cell

MOST_EVENTS = 200  # of a trip's episode: those with the largest excess speak for it
MIN_USUAL = 5  # events before it: fewer say nothing of what is usual
EXCESS = pl.col("actual_kg") - pl.col("typical_kg")
SITE, OF_DAYS = pl.col("event_type").is_in(METERED), pl.col("metric") == Metric.ABSOLUTE
WORDS = ("vehicle_class", "fuel")

CASE_SCHEMA = {
    "hotspot_id": pl.Int64(),
    "metric": pl.String(),
    **dict.fromkeys(("first_event_at", "last_event_at"), pl.Datetime("us", "UTC")),
}
"""What a diagnosis needs to know of each hotspot."""


class Sides(NamedTuple):
    """Events of the episodes, and the usual ones before them; both with the resolved vehicle_class and fuel."""

    now: pl.DataFrame
    before: pl.DataFrame


def sides(cases: pl.DataFrame, events: pl.DataFrame) -> Sides:
    """The two sides of each case (CASE_SCHEMA) with enough events before it; the others are in neither.

    `events` hold hotspot_id, event_time, the estimator's inputs, and actual_kg, typical_kg and activity as scanned. Of
    trips the episode's are those above typical. Of sites it is every event of its days, for use that only moved to
    other hours is no more use; usual are the same hours and day types where there are enough of them.
    """
    known = resolve(events.join(cases, on="hotspot_id").filter(pl.col("actual_kg").is_not_null()))
    day, began, ended = (pl.col(name).dt.date() for name in ("event_time", "first_event_at", "last_event_at"))
    in_time = pl.col("event_time").is_between("first_event_at", "last_event_at")
    by_day = SITE | OF_DAYS
    now = known.filter(pl.when(by_day).then(day.is_between(began, ended)).otherwise(in_time & (EXCESS > 0)))
    earlier = pl.when(by_day).then(day < began).otherwise(pl.col("event_time") < pl.col("first_event_at"))
    before = known.filter(earlier).filter(pl.len().over("hotspot_id") >= MIN_USUAL)
    now = now.join(before, on="hotspot_id", how="semi")
    return Sides(_worst(now), _alike(before, now))


def normal_inputs(found: Sides, amounts: tuple[str, ...]) -> pl.DataFrame:
    """A row per case: the median of each amount and the most frequent WORDS, as actual_... and usual_..."""
    return _typical(found.now, amounts, "actual").join(_typical(found.before, amounts, "usual"), on="hotspot_id")


def _typical(events: pl.DataFrame, amounts: tuple[str, ...], side: str) -> pl.DataFrame:
    return events.group_by("hotspot_id").agg(
        *(pl.col(name).median().alias(f"{side}_{name}") for name in amounts),
        *(pl.col(name).drop_nulls().mode().sort().first().alias(f"{side}_{name}") for name in WORDS),
    )


def _worst(now: pl.DataFrame) -> pl.DataFrame:
    """Days stay whole, or their hours would not be comparable."""
    place = EXCESS.rank("ordinal", descending=True).over("hotspot_id")
    return now.filter(SITE | OF_DAYS | (place <= MOST_EVENTS))


def _alike(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Of sites those at the hours and day types of the episode, where there are enough; of others all."""
    cell = {"cell": season_cell()}
    there = now.filter(SITE).select("hotspot_id", **cell).unique()
    alike = before.with_columns(**cell).join(there, on=["hotspot_id", "cell"], how="semi").drop("cell")
    enough = alike.filter(pl.len().over("hotspot_id") >= MIN_USUAL)
    return pl.concat([enough, before.join(enough, on="hotspot_id", how="anti")])
