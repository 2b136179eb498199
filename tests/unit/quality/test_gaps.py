"""Who stopped reporting, judged by rhythms as entities have them."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.quality.gaps import DELIVERY_SCHEMA, REPORT_SCHEMA, SUBJECT, WINDOW, Gaps, find_gaps, sentence

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)  # a Wednesday
LAST = datetime(2026, 3, 18, 12, tzinfo=UTC)
EVERY_HOUR = [LAST - HOUR * ago for ago in range(56 * 24)]
OFFICE = [at for at in EVERY_HOUR if at.weekday() < 5 and 8 <= at.hour < 18]
WEEKLY = [at for at in EVERY_HOUR if at.weekday() == 0 and at.hour == 6]
_dice = random.Random(7)
IRREGULAR = [LAST - HOUR * ago for ago in sorted({int(_dice.expovariate(1 / 30) + 1) + 40 * n for n in range(33)})]


def reports(hours: Iterable[datetime], entity: str = "E") -> pl.DataFrame:
    since_1970 = [int(at.timestamp()) // 3600 for at in hours]
    return pl.DataFrame([(entity, "factory", "factory", since_1970)], schema=REPORT_SCHEMA, orient="row")


def deliveries(moments: Iterable[datetime], entity: str = "E", source: str = "meter") -> pl.DataFrame:
    """One line per day, as they are stored."""
    days: dict[datetime, list[datetime]] = {}
    for at in moments:
        days.setdefault(at.replace(hour=0, minute=0), []).append(at)
    rows = [(entity, "factory", "S1", source, min(each), max(each)) for each in days.values()]
    return pl.DataFrame(rows, schema=DELIVERY_SCHEMA, orient="row")


NONE_KNOWN = deliveries([])


def find(hours: Iterable[datetime], delivered: Iterable[datetime] | None = None, now: datetime = NOW) -> Gaps:
    return find_gaps(reports(hours), NONE_KNOWN if delivered is None else deliveries(delivered), now)


def before(hours: list[datetime], last: datetime) -> list[datetime]:
    return [at for at in hours if at <= last]


def without(hours: list[datetime], start: datetime, length: timedelta) -> list[datetime]:
    return [at for at in hours if not start <= at < start + length]


@pytest.mark.parametrize("rhythm", [EVERY_HOUR, OFFICE, WEEKLY, IRREGULAR], ids=["hourly", "office", "weekly", "route"])
def test_the_usual_rhythm_is_no_finding(rhythm: list[datetime]) -> None:
    found = find(rhythm)
    assert (found.findings.height, found.judged, found.young, found.reason) == (0, 1, 0, None)


@pytest.mark.parametrize(
    ("rhythm", "quiet", "open_after"),
    [  # 1.5 times the second longest silence, plus the median one
        (EVERY_HOUR, LAST, timedelta(hours=2.5)),
        (OFFICE, datetime(2026, 3, 17, 17, tzinfo=UTC), timedelta(hours=1.5 * 63 + 1)),
        (WEEKLY, datetime(2026, 3, 9, 6, tzinfo=UTC), timedelta(hours=2.5 * 168)),
    ],
    ids=["hourly", "office", "weekly"],
)
def test_a_gap_opens_when_more_than_the_usual_silence_has_passed(
    rhythm: list[datetime], quiet: datetime, open_after: timedelta
) -> None:
    reported = before(rhythm, quiet)
    assert find(reported, now=quiet + open_after).findings.is_empty()
    found = find(reported, now=quiet + open_after + timedelta(minutes=1)).findings.row(0, named=True)
    assert (found["status"], found["last_report_at"], found["next_report_at"]) == ("open", quiet, None)
    assert found["since"] == quiet + open_after
    assert found["silent_hours"] == pytest.approx(open_after / HOUR, abs=0.1)


def test_one_outage_does_not_excuse_the_next() -> None:
    hours = before(without(EVERY_HOUR, LAST - 20 * DAY, 2 * DAY), LAST - 10 * HOUR)
    found = find(hours).findings
    assert found["status"].to_list() == ["open", "closed"]
    assert found["silent_hours"].to_list() == [10.5, 49]


@pytest.mark.parametrize(("outages", "closed"), [(1, 1), (2, 2), (3, 0)], ids=["one", "two", "three are usual by then"])
def test_a_past_silence_is_a_finding_beside_the_others(outages: int, closed: int) -> None:
    hours = EVERY_HOUR
    for number in range(outages):
        hours = without(hours, LAST - (10 + 10 * number) * DAY, 2 * DAY)
    assert find(hours).findings.height == closed


def test_a_closed_gap_says_from_when_to_when() -> None:
    found = find(without(EVERY_HOUR, LAST - 10 * DAY, 2 * DAY)).findings.row(0, named=True)
    assert found["last_report_at"] == LAST - 10 * DAY - HOUR
    assert found["next_report_at"] == LAST - 8 * DAY
    assert found["since"] == LAST - 10 * DAY + 1.5 * HOUR
    assert (found["usual_interval_hours"], found["longest_usual_hours"]) == (1, 1)


def test_an_hour_ahead_of_the_clock_is_no_gap() -> None:
    assert find([*EVERY_HOUR, *(LAST + HOUR * ahead for ahead in range(1, 20))]).findings.is_empty()


DAILY_FILE = [LAST.replace(hour=6) - DAY * ago for ago in range(20)]
LIVE = [at + timedelta(minutes=5) for at in EVERY_HOUR]


@pytest.mark.parametrize(
    ("told_until", "delivered", "opened"),
    [
        (NOW - 14 * HOUR, DAILY_FILE, 0),  # hours of yesterday, delivered this morning
        (NOW - 38 * HOUR, DAILY_FILE[1:], 0),  # today's file is late by less than half a day
        (NOW - 86 * HOUR, DAILY_FILE[3:], 1),
        (NOW - 8 * DAY, [at for at in DAILY_FILE if at.weekday() == 1] * 2, 0),  # deliveries not known well enough
        (NOW - 14 * HOUR, [at for at in LIVE if at <= NOW - 14 * HOUR], 1),
        (NOW - 14 * HOUR, LIVE, 0),  # the rollup waits for its scan, the source delivers
    ],
)
def test_what_comes_in_files_is_behind_without_being_silent(
    told_until: datetime, delivered: list[datetime], opened: int
) -> None:
    found = find(before(EVERY_HOUR, told_until), delivered)
    assert found.findings.filter(status="open").height == opened


@pytest.mark.parametrize(
    ("hours", "delivered", "verdict", "reason"),
    [
        ([LAST - HOUR * ago for ago in range(30)], None, (0, 1, 0), "reported fewer than 5 times or over less than 14"),
        ([LAST - 10 * DAY * n for n in range(4)], None, (0, 1, 0), "Not judged: 1 reported fewer than 5 times"),
        (EVERY_HOUR, [LAST], (0, 1, 0), "Not judged: 1 delivered on fewer than 5 days"),
        (before(EVERY_HOUR, NOW - 45 * DAY), None, (0, 0, 1), "Not judged: 1 ended more than 28 days ago"),
    ],
)
def test_without_a_known_rhythm_there_is_no_verdict(
    hours: list[datetime], delivered: list[datetime] | None, verdict: tuple[int, int, int], reason: str
) -> None:
    found = find(hours, delivered)
    assert (found.judged, found.young, found.ended) == verdict
    assert found.reason is not None
    assert reason in found.reason
    assert found.findings.is_empty()


def test_nothing_reported() -> None:
    found = find_gaps(reports([]).clear(), NONE_KNOWN, NOW)
    assert (found.findings.height, found.judged, found.reason) == (0, 0, "Nothing reported in the last 56 days.")


def test_a_finding_in_plain_words() -> None:
    hours = before(without(OFFICE, LAST - 30 * DAY, 15 * DAY), datetime(2026, 3, 10, 17, tzinfo=UTC))
    days, delivered = reports(hours, "Plant 7"), deliveries([at + HOUR for at in hours], "Plant 7")
    found = [sentence(each) for each in find_gaps(days, delivered, NOW).findings.to_dicts()]
    assert found == [
        "factory Plant 7 (meter) has not reported for 7.8 days, since 2026-03-10 17:00 UTC. "
        "It usually reports every 1 hour; all but one of its silences were at most 63 hours.",
        "factory Plant 7 (meter) did not report for 15.0 days after 2026-02-16 11:00 UTC. "
        "It usually reports every 1 hour; all but one of its other silences were at most 63 hours.",
    ]


def test_whose_rows_came_last_is_told() -> None:
    both = pl.concat([deliveries(LIVE, source="old"), deliveries([LAST - 9 * HOUR], source="new")])
    both = both.filter((pl.col("source") == "new") | (pl.col("last_at") < NOW - 20 * HOUR))
    found = find_gaps(reports(before(EVERY_HOUR, NOW - 20 * HOUR)), both, NOW + DAY).findings
    assert found.select("source", "supplier_id").rows() == [("new", "S1")]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sets(st.integers(0, 56 * 24 - 1), min_size=1), min_size=1, max_size=4))
def test_every_entity_is_judged_young_or_ended_and_as_if_it_were_alone(entities: list[set[int]]) -> None:
    frames = [reports([LAST - HOUR * ago for ago in hours], f"E{n}") for n, hours in enumerate(entities)]
    together = find_gaps(pl.concat(frames), NONE_KNOWN, NOW)
    assert together.judged + together.young + together.ended == len(entities)
    alone: list[dict[str, Any]] = [
        row for each in frames for row in find_gaps(each, NONE_KNOWN, NOW).findings.to_dicts()
    ]
    assert sorted(alone, key=str) == sorted(together.findings.to_dicts(), key=str)
    assert together.findings.filter(status="open").group_by(SUBJECT).len().filter(pl.col("len") > 1).is_empty()


def test_a_thousand_entities_are_judged_at_once() -> None:
    days = pl.concat([reports(EVERY_HOUR, f"E{number}") for number in range(1000)])
    assert find_gaps(days, NONE_KNOWN, NOW + WINDOW / 10).findings.height == 1000
