"""Findings at and around the thresholds, and what a batch does to a subject's episode."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.hotspots.detect import decide, find, latest_event_times, severity_of
from carbon_nexus.hotspots.model import QUIET, Change, Episode, Finding, Severity, Status, Subject, Thresholds
from tests.unit.hotspots.ledger import FACTORY, HOUR, ROUTE, T0, THRESHOLDS, Event, Ledger, batch


def finding(severity: Severity, at: datetime = T0, subject: Subject = ROUTE) -> Finding:
    return Finding(subject, 9, 200.0, 100.0, severity, 1, at, at)


def episode(severity: Severity, last: datetime = T0, subject: Subject = ROUTE) -> Episode:
    return Episode(7, subject, severity, 1, 120.0, 100.0, 20.0, 3, last - HOUR, last)


@pytest.mark.parametrize(
    ("actual_kg", "severity"),
    [
        (math.nextafter(80, 0), None),
        (80, Severity.INFO),
        (math.nextafter(100, 0), Severity.INFO),
        (100, Severity.WARN),
        (math.nextafter(150, 0), Severity.WARN),
        (150, Severity.CRITICAL),
        (1e9, Severity.CRITICAL),
    ],
)
def test_a_severity_starts_exactly_at_its_threshold(actual_kg: float, severity: Severity | None) -> None:
    found = find(batch((ROUTE, T0, actual_kg, 100.0)), THRESHOLDS)
    assert [each.severity for each in found] == ([severity] if severity else [])


def test_thresholds_that_fall_together_give_the_higher_severity() -> None:
    assert severity_of(1.0, Thresholds(1.0, 1.0, 1.0)) is Severity.CRITICAL


def test_an_estimate_made_with_an_estimated_value_does_not_stand_out() -> None:
    events = batch(*[(ROUTE, T0, 150.0, 100.0)] * 3)
    marked = events.with_columns(filled=pl.Series([True, False, None]))
    assert [each.event_count for each in find(marked, THRESHOLDS)] == [2]


def test_a_quiet_time_within_a_batch_parts_its_findings() -> None:
    late = T0 + QUIET + 2 * HOUR
    first, last = (ROUTE, T0, 150.0, 100.0), (ROUTE, late, 200.0, 100.0)
    reported = find(batch(first, (ROUTE, late - HOUR, 1.0, 100.0), last), THRESHOLDS)
    silent = find(batch(first, last, (ROUTE, late, 1.0, 100.0)), THRESHOLDS)
    assert [(each.event_id, each.reported_before) for each in reported] == [(1, None), (3, late - HOUR)]
    assert [(each.event_id, each.event_count) for each in silent] == [(2, 2)]


def test_a_quiet_time_before_a_finding_ends_the_episode_and_opens_another() -> None:
    seen_at = T0 + QUIET + 2 * HOUR
    after_quiet = replace(finding(Severity.WARN, seen_at), reported_before=seen_at - HOUR)
    assert changes(after_quiet, episode(Severity.WARN), seen_at) == [Change.RESOLVED, Change.OPENED]


@pytest.mark.parametrize(
    ("actual_kg", "typical_kg"),
    [
        (None, 100.0), (100.0, None), (None, None), (100.0, 0.0), (100.0, -1.0), (0.0, 0.0), (0.0, 100.0),
        (math.nan, 100.0), (100.0, math.nan), (math.inf, 100.0), (100.0, math.inf),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_does_not_stand_out(actual_kg: float | None, typical_kg: float | None) -> None:
    assert find(batch((ROUTE, T0, actual_kg, typical_kg)), THRESHOLDS) == []


def test_the_worst_event_speaks_for_the_others() -> None:
    found = find(
        batch(
            (ROUTE, T0, 120.0, 100.0),
            (ROUTE, T0 - HOUR, 30.0, 10.0),  # the highest ratio, not the highest amount
            (ROUTE, T0 + HOUR, 79.0, 100.0),  # below info: neither counted nor in the times
            (FACTORY, T0, 100.0, 100.0),
        ),
        THRESHOLDS,
    )
    by_subject = {each.subject: each for each in found}
    route = by_subject[ROUTE]
    assert (route.event_id, route.actual_kg, route.typical_kg, route.severity) == (2, 30.0, 10.0, Severity.CRITICAL)
    assert (route.event_count, route.first_event_at, route.last_event_at) == (2, T0 - HOUR, T0)
    assert route.percent_above == pytest.approx(200)
    assert by_subject[FACTORY].severity is Severity.WARN


def test_of_equally_bad_events_the_first_speaks_in_any_order() -> None:
    events = batch(*[(ROUTE, T0, 150.0, 100.0)] * 5)
    assert find(events, THRESHOLDS) == find(events.reverse(), THRESHOLDS)
    assert find(events, THRESHOLDS)[0].event_id == 1


def test_latest_times_count_events_that_do_not_stand_out() -> None:
    events = batch((ROUTE, T0, 150.0, 100.0), (ROUTE, T0 + HOUR, None, None), (FACTORY, T0, 1.0, 100.0))
    assert latest_event_times(events) == {ROUTE: T0 + HOUR, FACTORY: T0}


def changes(found: Finding | None, active: Episode | None, seen_at: datetime) -> list[Change]:
    known = {active.subject: active} if active else {}
    return [each.change for each in decide([found] if found else [], known, {ROUTE: seen_at})]


def test_a_first_finding_opens_with_its_numbers_as_reason() -> None:
    (opened,) = decide([finding(Severity.WARN)], {}, {ROUTE: T0})
    assert (opened.change, opened.episode) == (Change.OPENED, None)
    assert opened.reason == "200 kg CO2e where 100 kg is typical"


def test_only_a_higher_severity_escalates() -> None:
    later = T0 + HOUR
    for before in Severity:
        for after in Severity:
            expected = Change.ESCALATED if after.rank > before.rank else Change.CONTINUED
            assert changes(finding(after, later), episode(before), later) == [expected]
    (risen,) = decide([finding(Severity.CRITICAL)], {ROUTE: episode(Severity.INFO)}, {ROUTE: T0})
    assert risen.reason == "from info to critical"


def test_nothing_found_and_nothing_active_is_nothing() -> None:
    assert changes(None, None, T0) == []


def test_an_episode_ends_only_after_more_than_the_quiet_time() -> None:
    assert changes(None, episode(Severity.WARN), T0 + QUIET) == []
    assert changes(None, episode(Severity.WARN), T0 + QUIET + timedelta(microseconds=1)) == [Change.RESOLVED]


def test_silence_between_two_findings_is_no_recovery() -> None:
    late = T0 + timedelta(days=2)
    assert changes(finding(Severity.INFO, late), episode(Severity.CRITICAL), late) == [Change.CONTINUED]


@pytest.mark.parametrize("active", [None, episode(Severity.CRITICAL), episode(Severity.INFO)])
def test_a_batch_that_goes_on_quietly_ends_the_episode_it_opens_or_continues(active: Episode | None) -> None:
    known = {} if active is None else {ROUTE: active}
    (lasting,) = decide([finding(Severity.WARN)], known, {ROUTE: T0 + QUIET})
    (over,) = decide([finding(Severity.WARN)], known, {ROUTE: T0 + QUIET + timedelta(microseconds=1)})
    assert (lasting.ended, over.ended) == (False, True)


def test_a_late_event_neither_ends_nor_doubles_an_episode() -> None:
    long_ago = T0 - timedelta(days=40)
    assert changes(None, episode(Severity.WARN), long_ago) == []
    assert changes(finding(Severity.WARN, long_ago), episode(Severity.WARN), long_ago) == [Change.CONTINUED]


def test_a_silent_subject_is_left_as_it_is() -> None:
    """Only event time ends an episode: a subject that reports nothing is not known to be well."""
    active = {FACTORY: episode(Severity.WARN, T0 - timedelta(days=90), FACTORY)}
    assert decide([finding(Severity.WARN)], active, {ROUTE: T0})[0].change is Change.OPENED
    assert decide([], active, {ROUTE: T0}) == []


EVENTS = st.tuples(
    st.sampled_from([ROUTE, FACTORY]),
    st.integers(-100, 100).map(lambda hours: T0 + hours * HOUR),
    st.sampled_from([0.0, 79.0, 80.0, 99.0, 100.0, 149.0, 150.0, 500.0, None]),
    st.sampled_from([100.0, 100.0, 100.0, 0.0, None]),
)


@given(st.lists(st.lists(EVENTS, max_size=6), max_size=12))
def test_no_sequence_of_batches_doubles_an_episode_or_lowers_its_severity(batches: Sequence[list[Event]]) -> None:
    ledger = Ledger()
    for events in batches:
        before = dict(ledger.episodes)
        ledger.take(*events)
        for number, episode in before.items():
            assert ledger.episodes[number].severity.rank >= episode.severity.rank
            assert ledger.episodes[number].status is episode.status or episode.status is Status.ACTIVE
