"""Who has stopped reporting, by its own usual rhythm. Pure.

A report is an hour with events of an entity and event type; a silence is the time between two reports that follow each
other. What is allowed is 1.5 times the second longest silence of the last 56 days, plus one usual interval (the median
silence): the longest may have been an outage, and one outage does not excuse the next. An office is silent every
night and every weekend, so that only more than that counts.

A gap is open where the last report is longer ago than allowed, and so is the last delivery: hourly readings that come
as one file a week are behind for days without anything being wrong. Deliveries are judged by the same rule, from the
days on which new rows of the entity arrived; rows that were there already are no delivery. Of entities whose events
another program writes no delivery is known, and their reports alone decide.

A past silence is a closed gap where it is longer than the others allow (1.5 times the second longest of them, plus one
usual interval), until the missing reports are handed in.

Judged are entities with 4 silences or more over 14 days or more, so that two weekends have been seen, and with 4
silences or more between deliveries; others are young, without a verdict. Who last reported more than half the window
ago and cannot be judged any more has ended; who did not report in the window at all is not looked at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.quality.model import MOMENT

WINDOW = timedelta(days=56)
FEWEST_SILENCES = 4
SHORTEST_HISTORY = timedelta(days=14)
ENDED_AFTER = WINDOW / 2
TOLERANCE = 1.5  # times the second longest silence
HOUR = timedelta(hours=1)
LONGEST_IN_HOURS = 72  # in a sentence; more is told in days

SUBJECT = ("entity", "entity_type", "event_type")
REPORT_SCHEMA = {**dict.fromkeys(SUBJECT, pl.String()), "hours": pl.List(pl.Int32())}
"""One row per subject with its reports: hours since 1970 UTC, in any order."""

DELIVERY_SCHEMA = {
    **dict.fromkeys(("entity", "entity_type", "supplier_id", "source"), pl.String()),
    **dict.fromkeys(("first_at", "last_at"), MOMENT),
}
"""First and last arrival of new rows of an entity within a UTC day, and whose they were."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was found, open gaps before closed ones and the longest first, among how many; `reason`: what was not
    judged, null where everything was.

    A finding has source, supplier_id (null: not known), SUBJECT, status (open or closed), last_report_at and
    next_report_at (null while open; both the beginning of the hour), since (when the silence passed what is usual),
    silent_hours, usual_interval_hours and longest_usual_hours (the longest silence but for the one exception allowed).
    """

    findings: pl.DataFrame
    judged: int
    young: int
    ended: int
    reason: str | None


def find_gaps(reports: pl.DataFrame, deliveries: pl.DataFrame, now: datetime) -> Gaps:
    """Open and closed gaps as of `now`, from the reports (REPORT_SCHEMA) and deliveries (DELIVERY_SCHEMA) of WINDOW."""
    silences, subjects = _silences(reports)
    judged = _judged(subjects, _delivered(deliveries), now)
    found = pl.concat([_open(judged, now), _closed(silences, judged)]).sort(
        pl.col("status") == "closed", "silent_hours", *SUBJECT, "last_report_at", descending=[False, True] + [False] * 4
    )
    verdicts = dict(judged["verdict"].value_counts().iter_rows())
    young, ended = verdicts.get("young", 0), verdicts.get("ended", 0)
    return Gaps(found, verdicts.get("judged", 0), young, ended, _reason(judged, young, ended))


def sentence(finding: dict[str, Any]) -> str:
    """A finding in plain words."""
    silent, last = _hours(finding["silent_hours"]), f"{finding['last_report_at']:%Y-%m-%d %H:%M} UTC"
    source = f" ({finding['source']})" if finding["source"] else ""
    is_open = finding["status"] == "open"
    found = f"has not reported for {silent}, since {last}" if is_open else f"did not report for {silent} after {last}"
    usual, longest = _hours(finding["usual_interval_hours"]), _hours(finding["longest_usual_hours"])
    others = "silences" if is_open else "other silences"
    return (
        f"{finding['entity_type']} {finding['entity']}{source} {found}. "
        f"It usually reports every {usual}; all but one of its {others} were at most {longest}."
    )


def _silences(reports: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every silence (`place` of its subject, report_at that ends it, silence in hours), and the subjects by place."""
    subjects = reports.with_row_index("place")
    hours = subjects.select("place", pl.col("hours").list.sort()).explode("hours")
    follows = pl.col("place") == pl.col("place").shift(1)
    told = hours.select(
        "place",
        (pl.col("hours").cast(pl.Int64) * 3_600_000_000).cast(MOMENT).alias("report_at"),
        pl.when(follows).then(pl.col("hours").diff().cast(pl.Float64)).alias("silence"),
    )
    first_and_last = (
        pl.col("report_at").min().alias("first_report_at"),
        pl.col("report_at").max().alias("last_report_at"),
    )
    rhythm = told.group_by("place").agg(*first_and_last, *_rhythm("silence", ""))
    return told.drop_nulls("silence"), subjects.drop("hours").join(rhythm, on="place")


def _delivered(deliveries: pl.DataFrame) -> pl.DataFrame:
    """The rhythm of the deliveries of every entity, and whose rows the latest ones were."""
    whose = ("entity", "entity_type")
    by_day = deliveries.sort("last_at").group_by(*whose, pl.col("last_at").dt.date().alias("day"), maintain_order=True)
    arrivals = by_day.agg(
        pl.col("first_at").min(), pl.col("last_at").max(), pl.col("supplier_id", "source").last()
    ).sort(*whose, "day")
    silence = (pl.col("first_at") - pl.col("last_at").shift(1)).over(*whose) / pl.lit(HOUR)
    return (
        arrivals.with_columns(silence.alias("silence"))
        .group_by(*whose, maintain_order=True)
        .agg(
            pl.col("last_at").last().alias("delivered_at"),
            pl.col("supplier_id", "source").last(),
            *_rhythm("silence", "delivery_"),
        )
    )


def _rhythm(silence: str, prefix: str) -> list[pl.Expr]:
    longest = pl.col(silence).top_k(3).sort(descending=True)
    return [
        pl.col(silence).count().alias(f"{prefix}silences"),
        pl.col(silence).median().alias(f"{prefix}usual"),
        longest.get(1, null_on_oob=True).alias(f"{prefix}second"),
        longest.get(2, null_on_oob=True).alias(f"{prefix}third"),
    ]


def _judged(subjects: pl.DataFrame, delivered: pl.DataFrame, now: datetime) -> pl.DataFrame:
    history = pl.col("last_report_at") - pl.col("first_report_at")
    rhythm = (pl.col("silences") >= FEWEST_SILENCES) & (history >= SHORTEST_HISTORY)
    delivery = (pl.col("delivery_silences") >= FEWEST_SILENCES).fill_null(True)  # null: another program's
    ended = pl.col("last_report_at") < now - ENDED_AFTER
    verdict = pl.when(rhythm & delivery).then(pl.lit("judged")).when(ended & ~rhythm).then(pl.lit("ended"))
    return subjects.join(delivered, on=["entity", "entity_type"], how="left").with_columns(
        rhythm.alias("has_rhythm"),
        verdict.otherwise(pl.lit("young")).alias("verdict"),
    )


def _open(judged: pl.DataFrame, now: datetime) -> pl.DataFrame:
    due = pl.col("last_report_at") + _allowed("second", "usual")
    delivery_due = pl.col("delivered_at") + _allowed("delivery_second", "delivery_usual")
    since = pl.max_horizontal(due, delivery_due)
    late = judged.filter(pl.col("verdict") == "judged").with_columns(since.alias("since")).filter(pl.col("since") < now)
    silent = (pl.lit(now, MOMENT) - pl.col("last_report_at")) / pl.lit(HOUR)
    return late.select(*_finding("open", pl.lit(None, MOMENT), silent, "second"))


def _closed(silences: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The third longest of all is the second longest of the others, for the two that can exceed it."""
    long = silences.join(judged.filter("has_rhythm"), on="place").filter(
        pl.col("silence") > TOLERANCE * pl.col("third") + pl.col("usual")
    )
    ended = long.with_columns(last_report_at=pl.col("report_at") - pl.col("silence") * pl.lit(HOUR))
    told = ended.with_columns(since=pl.col("last_report_at") + _allowed("third", "usual"))
    return told.select(*_finding("closed", pl.col("report_at"), pl.col("silence"), "third"))


def _allowed(longest: str, usual: str) -> pl.Expr:
    hours = TOLERANCE * pl.col(longest) + pl.col(usual)
    return pl.duration(microseconds=(hours * 3_600_000_000).round().cast(pl.Int64))


def _finding(status: str, next_report_at: pl.Expr, silent_hours: pl.Expr, longest: str) -> list[pl.Expr]:
    return [
        *(pl.col(name) for name in ("source", "supplier_id", *SUBJECT)),
        pl.lit(status).alias("status"),
        pl.col("last_report_at"),
        next_report_at.alias("next_report_at"),
        pl.col("since"),
        silent_hours.alias("silent_hours"),
        pl.col("usual").alias("usual_interval_hours"),
        pl.col(longest).alias("longest_usual_hours"),
    ]


def _reason(judged: pl.DataFrame, young: int, ended: int) -> str | None:
    if judged.is_empty():
        return f"Nothing reported in the last {WINDOW.days} days."
    short = judged.filter(verdict="young", has_rhythm=False).height
    parts = {
        f"reported fewer than {FEWEST_SILENCES + 1} times or over less than {SHORTEST_HISTORY.days} days": short,
        f"delivered on fewer than {FEWEST_SILENCES + 1} days": young - short,
        f"ended more than {ENDED_AFTER.days} days ago": ended,
    }
    told = "; ".join(f"{count:,} {words}" for words, count in parts.items() if count)
    return f"Not judged: {told}." if told else None


def _hours(hours: float) -> str:
    if hours > LONGEST_IN_HOURS:
        return f"{hours / 24:.1f} days"
    return f"{hours:.3g} hour{'' if hours == 1 else 's'}"
