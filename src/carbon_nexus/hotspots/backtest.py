"""A rule replayed over stored history: what it would have found, and how that compares with what was marked. Pure.

Every observation is scored by the product's own kernel with what was known before it, and judged by the expressions
of `detect`. What follows from them, `detect.decide` tells one event after another; a history is too long for that, so
that here whole columns are cut into episodes, on numbers instead of names. A test holds both to each other.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from carbon_nexus.baselines.follow import intensities, slot
from carbon_nexus.baselines.model import MIN_SAMPLE, MOMENT
from carbon_nexus.hotspots.detect import RATIO, SUBJECT, goes_on, severity_rank, stands_out
from carbon_nexus.hotspots.kind import lasting
from carbon_nexus.hotspots.model import Kind, Metric, Severity, Verdict
from carbon_nexus.rules.model import Matcher, Policy, PolicyKind

WARM_UP = timedelta(days=28)  # learnt before the first observation that is judged
TYPICAL = "seasonal baseline as of each moment"
HOUR_US = 3_600_000_000
MOST_ENTITIES = 20  # told by name
PART_ROWS = 250_000  # replayed at once by one thread: about 50 MB, and what a processor's cache is good for
STATE_ROWS = 16  # observations that take as much memory as the state of one series

OBSERVED_SCHEMA: dict[str, pl.DataType] = {
    "subject": pl.UInt32(),
    "series": pl.UInt32(),
    "event_time": MOMENT,
    "co2e_kg": pl.Float64(),
    "activity": pl.Float64(),
}
"""Observations in the order of subject and time. Series are numbered in the order of their subjects: one for each unit
of activity. `co2e_kg` is null of what is no measurement: a report all the same, that ends an episode in its time."""


@dataclass(frozen=True)
class Asked:
    """A rule, on whom and on which time (`end` excluded) it is tried; None: on all. All `matchers` must hold."""

    policy: Policy
    metric: Metric
    start: datetime
    end: datetime
    entity: str | None = None
    entity_type: str | None = None
    event_type: str | None = None
    matchers: tuple[Matcher, ...] = ()


class Replayed(NamedTuple):
    """What came of a replay, by number of the subject.

    `watched` has one row per subject: first and last (report that was judged), observations, compared (those with a
    typical value), weeks. `episodes` has a frame for each policy: subject, severity (rank), opened, ended (the last
    sign), active, shifted, drifting, event_count, excess_kg and ratio (of the worst event), in the order of subject
    and time.
    """

    watched: pl.DataFrame
    episodes: list[pl.DataFrame]


@dataclass(frozen=True)
class Tally:
    """How often something stood out. Days are those from the first to the last sign of an episode, each once.

    An entity-week is a week in which one entity reports one type of event. Rates are None without any; `excess_kg` is
    None where no episode tells it.
    """

    episodes: int
    by_severity: dict[str, int]
    by_entity: dict[str, int]
    episodes_per_entity_week: float | None
    days: int
    days_per_entity_week: float | None
    excess_kg: float | None


@dataclass(frozen=True)
class Overlap:
    """Marked hotspots in whose time a rule would have had an episode; `recall` of useful ones, None without any."""

    useful: int
    useful_found: int
    recall: float | None
    not_a_problem: int
    opened_again: int


def replay(
    observed: pl.DataFrame,
    policies: Sequence[Policy],
    since: datetime,
    *,
    metric: Metric = Metric.INTENSITY,
    closed: Collection[date] = (),
) -> Replayed:
    """What each policy would have found from `since` on in the observations (OBSERVED_SCHEMA); the rest is learnt.

    `closed` are days like Sundays. What is going on at `since` counts from there.
    """
    from carbon_nexus.baselines import kernel  # noqa: F401  # loaded here, not by two threads at once

    def of(part: pl.DataFrame) -> Replayed:
        seen = scored(part, metric, closed).filter(pl.col("event_time") >= since)
        watched = _watched(seen)
        return Replayed(watched, [episodes(seen, watched, policy, metric) for policy in policies])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the kernel lets go of the interpreter
        parts = list(pool.map(of, _parts(observed)))
    found = [pl.concat(each) for each in zip(*(part.episodes for part in parts), strict=True)]
    return Replayed(pl.concat([part.watched for part in parts]), found)


def scored(observed: pl.DataFrame, metric: Metric, closed: Collection[date] = ()) -> pl.DataFrame:
    """The observations with typical_kg, chance_per_week, shifted and drifting as of each moment, learnt from nothing.

    A series has no typical value until it has made as many observations as a baseline needs. NaN: cannot be told.
    """
    from carbon_nexus.baselines import kernel

    valued = intensities(observed).with_columns(pl.col("series").cast(pl.Int64) - pl.col("series").min())
    if valued["series"].is_sorted():  # nobody has two units: told to be sorted, a series need not be looked for
        valued = valued.with_columns(pl.col("series").set_sorted())
    seen = kernel.run(
        kernel.blank(int(valued["series"].max() or 0) + 1),  # type: ignore[arg-type]  # a number
        valued["series"].to_numpy(),
        valued["event_time"].dt.epoch("us").to_numpy() / HOUR_US,
        _slots(valued["event_time"], closed).to_numpy(),
        valued["value"].fill_null(np.nan).to_numpy(),
        learn=valued["value"].is_not_null().to_numpy(),
        daily=metric is Metric.ABSOLUTE,
    )
    enough = pl.col("value").is_not_null().cum_sum().over("series") > MIN_SAMPLE
    typical = pl.when(enough).then(pl.Series(seen.expected) * pl.col("activity"))
    return valued.select(
        *("subject", "series", "event_time", "co2e_kg"),
        typical_kg=typical,
        chance_per_week=pl.Series(seen.chance),
        shifted=pl.Series(seen.shifted),
        drifting=pl.Series(seen.drifting),
    )


def episodes(seen: pl.DataFrame, watched: pl.DataFrame, policy: Policy, metric: Metric) -> pl.DataFrame:
    """The episodes of these scored observations under the policy, as `Replayed` tells them."""
    at, found = pl.col("event_time"), pl.col("_found")
    quiet = pl.col("_before") - at.shift(1) > pl.lit(policy.keep_firing_for)
    over = quiet | (pl.col("shifted").shift(1) > 0)  # or its level is the usual one since
    numbered = _signs(seen, policy, metric).with_columns(_run=(_begins() | over).cum_sum().set_sorted())
    runs = numbered.group_by("_run", maintain_order=True)
    told = runs.agg(
        pl.first("subject"),
        pl.min("opened"),
        at.last().alias("ended"),
        found.sum().cast(pl.Int64).alias("event_count"),
        *(pl.max(name) for name in ("severity", "ratio", "drifting")),
        (pl.max("shifted") > 0).alias("shifted"),
        pl.col("excess_kg").filter(at >= pl.col("opened").min()).sum(),
    ).filter(pl.col("event_count") > 0)
    last = watched.lazy().select("subject", _last="last")
    still = ~pl.col("shifted") & (pl.col("_last") - pl.col("ended") <= pl.lit(policy.keep_firing_for))
    ended = told.join(last, on="subject", maintain_order="left").with_columns(active=still)
    return ended.drop("_run", "_last").collect()


def kind(episode: dict[str, Any], metric: Metric) -> Kind:
    """What an episode of a replay looks like, as `kind_of` and `kind_with` tell it."""
    if episode["shifted"]:
        return Kind.LEVEL_SHIFT
    if episode["drifting"]:
        return Kind.DRIFT
    return lasting(metric, episode["event_count"], episode["opened"], episode["ended"])


def tally(told: pl.DataFrame, weeks: float) -> Tally:
    """Counts of episodes, replayed or stored: the subject's names, severity, opened, ended and excess_kg.

    `weeks` are entity-weeks.
    """
    days = _days(told)
    severities = dict(told["severity"].value_counts().iter_rows())
    entities = told["entity"].value_counts().sort("count", "entity", descending=[True, False]).head(MOST_ENTITIES)
    excess = told["excess_kg"].drop_nulls()
    return Tally(
        episodes=told.height,
        by_severity={severity.value: severities.get(severity.value, 0) for severity in reversed(Severity)},
        by_entity=dict(entities.iter_rows()),
        episodes_per_entity_week=told.height / weeks if weeks else None,
        days=days,
        days_per_entity_week=days / weeks if weeks else None,
        excess_kg=None if excess.is_empty() and told.height else float(excess.sum()),
    )


def overlap(told: pl.DataFrame, marked: pl.DataFrame) -> Overlap:
    """Which marked hotspots (the subject's names, opened, ended, verdict) share time with an episode of the subject."""
    numbered = marked.with_row_index("_row")
    pairs = numbered.join(told.select(*SUBJECT, _from="opened", _to="ended"), on=SUBJECT, how="inner")
    met = pairs.filter(pl.col("_from") <= pl.col("ended"), pl.col("opened") <= pl.col("_to"))["_row"].unique()
    hit = numbered.filter(pl.col("_row").is_in(met.implode()))
    counts = [
        each.filter(pl.col("verdict") == verdict).height
        for verdict in (Verdict.USEFUL, Verdict.NOT_A_PROBLEM)
        for each in (marked, hit)
    ]
    useful, found, not_a_problem, again = counts
    return Overlap(useful, found, found / useful if useful else None, not_a_problem, again)


def _begins() -> pl.Expr:
    return (pl.col("subject") != pl.col("subject").shift(1)).fill_null(True)


def _signs(seen: pl.DataFrame, policy: Policy, metric: Metric) -> pl.LazyFrame:
    """The observations that open an episode (`_found`) or tell that it goes on.

    `_before` is when the subject last reported at an earlier moment: a report of the same moment is not before a sign.
    What is not found has no severity, ratio, drifting and opened.
    """
    at = pl.col("event_time")
    before = pl.when(_begins()).then(at).when(at != at.shift(1)).then(at.shift(1)).forward_fill()
    of_found = {
        "severity": severity_rank(),
        "opened": at,
        "ratio": RATIO,
        "drifting": pl.col("drifting"),
    }
    judged = seen.lazy().with_columns(**_terms(policy, metric), _before=before)
    signs = judged.with_columns(_found=stands_out(), _sign=goes_on()).filter("_sign")
    told = {name: pl.when("_found").then(value) for name, value in of_found.items()}
    return signs.with_columns(excess_kg=pl.col("co2e_kg") - pl.col("typical_kg"), **told)


def _terms(policy: Policy, metric: Metric) -> dict[str, pl.Expr]:
    """What `detect` wants to know beside a scored observation: one policy, for measured values that are enough."""
    names = ("info", "warn", "critical", "false_alarms_per_week", "clear_ratio", "min_excess_kg")
    terms = {name: pl.lit(getattr(policy, name), pl.Float64) for name in names}
    known = {"metric": metric.value, "adaptive": policy.kind is PolicyKind.ADAPTIVE, "filled": False, "young": False}
    return terms | {name: pl.lit(value) for name, value in known.items()}


def _slots(at: pl.Series, closed: Collection[date]) -> pl.Series:
    """`slot` of each moment, told once of every hour from the first to the last: those are far fewer."""
    hours = (at.dt.epoch("us") // HOUR_US).to_numpy()
    first, last = (int(hours.min()), int(hours.max())) if len(hours) else (0, 0)
    each = pl.select(event_time=(pl.int_range(first, last + 1) * HOUR_US).cast(MOMENT))
    return each.select(slot(closed)).to_series().gather(hours - first)


def _watched(seen: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("event_time")
    by_subject = seen.lazy().with_columns(pl.col("subject").set_sorted()).group_by("subject", maintain_order=True)
    days = (pl.col("last").dt.date() - pl.col("first").dt.date()).dt.total_days() + 1
    return by_subject.agg(
        at.first().alias("first"),
        at.last().alias("last"),
        pl.len().cast(pl.Int64).alias("observations"),
        (RATIO.is_finite() & (pl.col("typical_kg") > 0)).sum().cast(pl.Int64).alias("compared"),
    ).with_columns(weeks=days / 7).collect()  # fmt: skip


def _days(told: pl.DataFrame) -> int:
    """On how many days an episode was going on, of each subject every day once."""
    first, last = (pl.col(name).dt.epoch("d").cast(pl.Int64) for name in ("opened", "ended"))
    spans = told.select(*SUBJECT, _first=first, _last=last).sort(*SUBJECT, "_first")
    counted = pl.col("_last").cum_max().shift(1).over(SUBJECT)  # two of a subject may share a day
    new = pl.col("_last") - pl.max_horizontal("_first", counted + 1) + 1
    return int(spans.select(new.clip(lower_bound=0).sum()).item())


def _parts(observed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The observations in parts of whole subjects, one part at least."""
    subjects = observed["subject"].cast(pl.Int64).to_numpy()
    starts = np.flatnonzero(np.diff(subjects, prepend=-1))
    number = (starts + STATE_ROWS * np.arange(len(starts))) // PART_ROWS
    firsts = starts[np.flatnonzero(np.diff(number, prepend=-1))]
    for first, end in pairwise([*firsts.tolist(), observed.height] if len(firsts) else [0, 0]):
        yield observed.slice(first, end - first)
