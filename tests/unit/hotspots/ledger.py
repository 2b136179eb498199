"""Batches one after another on episodes in memory, as the service does it on the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from carbon_nexus.hotspots.detect import SUBJECT, decide, find, latest_event_times, quiet_times
from carbon_nexus.hotspots.late import Sign, find_apart, gaps, parted, settle
from carbon_nexus.hotspots.model import QUIET, Change, Episode, Status, Subject, Transition

T0 = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
INFO, WARN, CRITICAL = 0.8, 1.0, 1.5
ROUTE, FACTORY = Subject("R-1", "route", "logistics"), Subject("F-1", "factory", "factory")
NOW = T0 + timedelta(days=400)

Event = tuple[Subject, datetime, float | None, float | None]
SCHEMA: dict[str, pl.DataType] = {
    "event_id": pl.Int64(),
    "entity": pl.String(),
    "entity_type": pl.String(),
    "event_type": pl.String(),
    "metric": pl.String(),
    "event_time": pl.Datetime("us", "UTC"),
    "co2e_kg": pl.Float64(),
    "typical_kg": pl.Float64(),
}


def governed(events: pl.DataFrame, **terms: Any) -> pl.DataFrame:
    """The events under one rule: the original's ratios unless told otherwise; nothing more is known of them."""
    ratio = {"adaptive": False, "info": INFO, "warn": WARN, "critical": CRITICAL, "clear_ratio": INFO}
    more = {"false_alarms_per_week": 0.1, "keep_firing_for": QUIET, "min_excess_kg": 0.0, "rule": "default"}
    unknown = {
        **dict.fromkeys(("chance_per_week", "typical_low_kg", "typical_high_kg"), pl.lit(None, pl.Float64)),
        **dict.fromkeys(("young", "drifting", "filled"), pl.lit(False)),
        "shifted": pl.lit(0, pl.Int8),
    }
    absent = {name: value for name, value in unknown.items() if name not in events.columns}
    return events.with_columns(**absent).with_columns(
        **{
            name: value if isinstance(value, pl.Expr) else pl.lit(value)
            for name, value in {**ratio, **more, **terms}.items()
        }
    )


def batch(*events: Event, first_id: int = 1, **terms: Any) -> pl.DataFrame:
    """Subject, time, actual and typical of each event; ids count up."""
    rows = [(number, *subject, at, kg, typical) for number, (subject, at, kg, typical) in enumerate(events, first_id)]
    return governed(pl.DataFrame(rows, schema=SCHEMA, orient="row"), **terms)


class Ledger:
    """Episodes and recorded events; refuses what the database would refuse."""

    def __init__(self) -> None:
        self.episodes: dict[int, Episode] = {}
        self.events = batch()

    def take(self, *events: Event) -> None:
        """One batch under the original's rule."""
        self.take_frame(batch(*events, first_id=self.events.height + 1))

    def take_frame(self, compared: pl.DataFrame) -> None:
        """One batch as a governed frame."""
        last = self.events.group_by(SUBJECT).agg(last_hour=pl.max("event_time").dt.truncate("1h"))
        late, timely = parted(compared.join(last, on=SUBJECT, how="left"))
        self.events = pl.concat([self.events, compared.select(self.events.columns)])
        findings, quiet = find_apart(late), quiet_times(compared)
        subjects = {finding.subject for finding in findings}
        signs: list[Sign] = [*findings, *(each for each in self.episodes.values() if each.subject in subjects)]
        between = gaps(signs, NOW, quiet)
        reported = [gap for gap in between if self._reported(gap.subject, gap.after, gap.before)]
        self._save(settle(signs, reported, NOW, quiet))
        self._save(decide(find(timely), self.active(), latest_event_times(timely), quiet))

    def active(self) -> dict[Subject, Episode]:
        """The active episodes; at most one of a subject."""
        found = [each for each in self.episodes.values() if each.status is Status.ACTIVE]
        assert len({each.subject for each in found}) == len(found), "two active episodes for one subject"
        return {each.subject: each for each in found}

    def told(self) -> set[tuple[Subject, datetime, datetime, int, float, Status]]:
        """Each episode by its subject, span, count, worst and status."""
        return {
            (each.subject, each.first_event_at, each.last_event_at, each.event_count, each.percent_above, each.status)
            for each in self.episodes.values()
        }

    def _reported(self, subject: Subject, after: datetime, before: datetime) -> bool:
        own = self.events.filter(*(pl.col(name) == value for name, value in subject._asdict().items()))
        return not own.filter(pl.col("event_time") > after, pl.col("event_time") < before).is_empty()

    def _save(self, transitions: Sequence[Transition]) -> None:
        for each in sorted(transitions, key=lambda each: each.change is Change.OPENED):
            self._apply(each)
            self.active()

    def _apply(self, transition: Transition) -> None:
        episode, finding = transition.episode, transition.finding
        if episode is None:
            assert finding is not None
            episode = Episode(
                len(self.episodes) + 1, finding.subject, finding.severity, finding.event_id, finding.actual_kg,
                finding.typical_kg, finding.percent_above, 0, finding.first_event_at, finding.last_event_at,
            )  # fmt: skip
        assert self.episodes.get(episode.id, episode) == episode, "acts on an episode that has changed"
        if finding is not None:
            assert (finding.severity.rank > episode.severity.rank) == (transition.change is Change.ESCALATED)
            episode = replace(
                episode,
                severity=max(finding.severity, episode.severity, key=lambda severity: severity.rank),
                percent_above=max(finding.percent_above, episode.percent_above)
                if finding.event_count
                else episode.percent_above,
                event_count=episode.event_count + finding.event_count,
                first_event_at=min(finding.first_event_at, episode.first_event_at),
                last_event_at=max(finding.last_event_at, episode.last_event_at),
            )
        if transition.ended or transition.change is Change.RESOLVED:
            episode = replace(episode, status=Status.RESOLVED)
        self.episodes[episode.id] = episode


def in_order(events: Sequence[Event]) -> set[tuple[Subject, datetime, datetime, int, float, Status]]:
    """What comes of the events one by one in the order of their time, by the rule itself.

    Of one moment findings come first.
    """
    told = []
    for subject in {event[0] for event in events}:
        own = sorted((at, -_ratio(kg, typical)) for each, at, kg, typical in events if each == subject)
        spans: list[list[tuple[datetime, float]]] = []
        over = True
        for at, ratio in own:
            if -ratio < INFO:
                over = over or at - spans[-1][-1][0] > QUIET
                continue
            if over:
                spans.append([])
            spans[-1].append((at, -ratio))
            over = False
        for number, span in enumerate(spans, 1):
            status = Status.ACTIVE if number == len(spans) and not over else Status.RESOLVED
            worst = max((ratio - 1) * 100 for _, ratio in span)
            told.append((subject, span[0][0], span[-1][0], len(span), worst, status))
    return set(told)


def _ratio(kg: float | None, typical: float | None) -> float:
    return kg / typical if kg is not None and typical else 0.0
