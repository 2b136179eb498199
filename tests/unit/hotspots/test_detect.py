"""Findings at and around the thresholds, and what a batch does to a subject's episode."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.hotspots.detect import WHY_SHIFTED, decide, find, latest_event_times, quiet_times
from carbon_nexus.hotspots.kind import kind_of, kind_with
from carbon_nexus.hotspots.model import QUIET, Change, Episode, Finding, Kind, Severity, Status, Subject
from tests.unit.hotspots.ledger import FACTORY, HOUR, ROUTE, T0, Event, Ledger, batch, governed


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
    found = find(batch((ROUTE, T0, actual_kg, 100.0)))
    assert [each.severity for each in found] == ([severity] if severity else [])


def test_thresholds_that_fall_together_give_the_higher_severity() -> None:
    found = find(batch((ROUTE, T0, 100.0, 100.0), info=1.0, warn=1.0, critical=1.0))
    assert [each.severity for each in found] == [Severity.CRITICAL]


def test_an_estimate_made_with_an_estimated_value_does_not_stand_out() -> None:
    events = batch(*[(ROUTE, T0, 150.0, 100.0)] * 3)
    marked = events.with_columns(filled=pl.Series([True, False, None]))
    assert [each.event_count for each in find(marked)] == [2]


def test_a_quiet_time_within_a_batch_parts_its_findings() -> None:
    late = T0 + QUIET + 2 * HOUR
    first, last = (ROUTE, T0, 150.0, 100.0), (ROUTE, late, 200.0, 100.0)
    reported = find(batch(first, (ROUTE, late - HOUR, 1.0, 100.0), last))
    silent = find(batch(first, last, (ROUTE, late, 1.0, 100.0)))
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
    assert find(batch((ROUTE, T0, actual_kg, typical_kg))) == []


def test_the_worst_event_speaks_for_the_others() -> None:
    found = find(
        batch(
            (ROUTE, T0, 120.0, 100.0),
            (ROUTE, T0 - HOUR, 30.0, 10.0),  # the highest ratio, not the highest amount
            (ROUTE, T0 + HOUR, 79.0, 100.0),  # below info: neither counted nor in the times
            (FACTORY, T0, 100.0, 100.0),
        ),
    )
    by_subject = {each.subject: each for each in found}
    route = by_subject[ROUTE]
    assert (route.event_id, route.actual_kg, route.typical_kg, route.severity) == (2, 30.0, 10.0, Severity.CRITICAL)
    assert (route.event_count, route.first_event_at, route.last_event_at) == (2, T0 - HOUR, T0)
    assert route.percent_above == pytest.approx(200)
    assert by_subject[FACTORY].severity is Severity.WARN


def test_of_equally_bad_events_the_first_speaks_in_any_order() -> None:
    events = batch(*[(ROUTE, T0, 150.0, 100.0)] * 5)
    assert find(events) == find(events.reverse())
    assert find(events)[0].event_id == 1


def test_latest_times_count_events_that_do_not_stand_out() -> None:
    events = batch((ROUTE, T0, 150.0, 100.0), (ROUTE, T0 + HOUR, None, None), (FACTORY, T0, 1.0, 100.0))
    assert latest_event_times(events) == {ROUTE: T0 + HOUR, FACTORY: T0}


def changes(found: Finding | None, active: Episode | None, seen_at: datetime) -> list[Change]:
    known = {active.subject: active} if active else {}
    return [each.change for each in decide([found] if found else [], known, {ROUTE: seen_at}, {})]


def test_a_first_finding_opens_with_its_numbers_as_reason() -> None:
    (opened,) = decide([finding(Severity.WARN)], {}, {ROUTE: T0}, {})
    assert (opened.change, opened.episode) == (Change.OPENED, None)
    assert opened.reason == "200 kg CO2e where 100 kg is typical"


def test_only_a_higher_severity_escalates() -> None:
    later = T0 + HOUR
    for before in Severity:
        for after in Severity:
            expected = Change.ESCALATED if after.rank > before.rank else Change.CONTINUED
            assert changes(finding(after, later), episode(before), later) == [expected]
    (risen,) = decide([finding(Severity.CRITICAL)], {ROUTE: episode(Severity.INFO)}, {ROUTE: T0}, {})
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
    (lasting,) = decide([finding(Severity.WARN)], known, {ROUTE: T0 + QUIET}, {})
    (over,) = decide([finding(Severity.WARN)], known, {ROUTE: T0 + QUIET + timedelta(microseconds=1)}, {})
    assert (lasting.ended, over.ended) == ("", "24 h of reports without a finding")


def test_a_late_event_neither_ends_nor_doubles_an_episode() -> None:
    long_ago = T0 - timedelta(days=40)
    assert changes(None, episode(Severity.WARN), long_ago) == []
    assert changes(finding(Severity.WARN, long_ago), episode(Severity.WARN), long_ago) == [Change.CONTINUED]


def test_a_silent_subject_is_left_as_it_is() -> None:
    """Only event time ends an episode: a subject that reports nothing is not known to be well."""
    active = {FACTORY: episode(Severity.WARN, T0 - timedelta(days=90), FACTORY)}
    assert decide([finding(Severity.WARN)], active, {ROUTE: T0}, {})[0].change is Change.OPENED
    assert decide([], active, {ROUTE: T0}, {}) == []


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


RARE, USUAL = 0.01, 50.0  # times a week


def adaptive(*events: tuple[float, float, float], **terms: Any) -> pl.DataFrame:
    """Hours after T0, percent of typical and chance a week of each event of one subject, under an adaptive rule."""
    made = batch(*[(ROUTE, T0 + hours * HOUR, percent, 100.0) for hours, percent, _ in events])
    seen = made.with_columns(chance_per_week=pl.Series([chance for *_, chance in events], dtype=pl.Float64))
    more = {"adaptive": True, "info": 1.1, "warn": 1.25, "clear_ratio": 1.05, **terms}
    return governed(seen, **more)


def test_an_adaptive_finding_is_material_and_unusual() -> None:
    events = adaptive((0, 140, RARE), (1, 140, USUAL), (2, 105, RARE), (3, 140, 0.1), (4, 140, math.nan))
    (found,) = find(events)
    assert (found.event_count, found.severity, found.policy) == (2, Severity.WARN, "adaptive")
    assert found.excess_kg == pytest.approx(85)  # the third is a sign that it goes on


@pytest.mark.parametrize(
    ("percent", "chance", "severity"),
    [
        (115, RARE, Severity.INFO),
        (130, RARE, Severity.WARN),
        (160, 0.05, Severity.CRITICAL),
        (160, 0.06, Severity.WARN),
    ],
)
def test_what_is_critical_is_rarer_than_what_is_allowed(percent: float, chance: float, severity: str) -> None:
    assert [each.severity for each in find(adaptive((0, percent, chance)))] == [severity]


def test_what_a_young_baseline_finds_is_info_whatever_its_size() -> None:
    events = adaptive((0, 900, RARE)).with_columns(young=pl.lit(True))
    assert [each.severity for each in find(events)] == [Severity.INFO]


def test_a_rule_may_ask_for_a_least_excess() -> None:
    below, at = (find(adaptive((0, 140, RARE), min_excess_kg=least)) for least in (41.0, 40.0))
    assert [each.event_count for each in [*below, *at]] == [0, 1]


def test_an_event_above_the_clear_level_keeps_an_episode_but_opens_none() -> None:
    sign, quiet = (20, 107, 2.0), (30, 100, USUAL)
    known = {ROUTE: episode(Severity.WARN)}
    assert changes_of(adaptive(sign, quiet), {}) == []
    assert changes_of(adaptive(sign, quiet), known) == [Change.CONTINUED]
    assert changes_of(adaptive(quiet), known) == [Change.RESOLVED]
    (lasting,) = find(adaptive(sign))
    assert (lasting.event_count, lasting.last_event_at) == (0, T0 + 20 * HOUR)


def test_a_level_that_became_usual_ends_its_episode_and_says_so() -> None:
    events = adaptive((0, 140, RARE), (1, 140, RARE)).with_columns(shifted=pl.Series([0, 1], dtype=pl.Int8))
    (opened,) = decide(find(events), {}, latest_event_times(events), quiet_times(events))
    assert (opened.change, opened.ended) == (Change.OPENED, WHY_SHIFTED)
    assert opened.finding is not None
    assert kind_of(opened.finding) is Kind.LEVEL_SHIFT


def test_kinds_are_told_apart_and_never_lessen() -> None:
    spike, block = find(adaptive((0, 140, RARE)))[0], find(adaptive(*[(hour, 140, RARE) for hour in range(7)]))[0]
    assert (kind_of(spike), kind_of(block)) == (Kind.SPIKE, Kind.SUSTAINED)
    assert kind_of(replace(spike, drifting=True)) is Kind.DRIFT
    drifting = replace(episode(Severity.WARN), kind=Kind.DRIFT)
    assert kind_with(drifting, spike) is Kind.DRIFT
    assert kind_with(episode(Severity.WARN), replace(spike, last_event_at=T0 + 6 * HOUR)) is Kind.SUSTAINED


SIGNS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([90.0, 107.0, 140.0, 200.0]), st.sampled_from([RARE, 2.0, USUAL])),
    min_size=1,
    max_size=25,
    unique_by=lambda event: event[0],
)


@given(SIGNS, st.integers(1, 5), st.sampled_from([QUIET, 6 * HOUR]))
def test_how_adaptive_events_are_cut_changes_no_episode(
    events: list[tuple[int, float, float]], size: int, quiet: timedelta
) -> None:
    rows = sorted(events)
    cuts = [rows[start : start + size] for start in range(0, len(rows), size)]
    whole, cut = Ledger(), Ledger()
    whole.take_frame(adaptive(*rows, keep_firing_for=quiet))
    for each in cuts:
        cut.take_frame(adaptive(*each, keep_firing_for=quiet))
    assert whole.told() == cut.told()


def changes_of(events: pl.DataFrame, active: dict[Subject, Episode]) -> list[Change]:
    found = decide(find(events), active, latest_event_times(events), quiet_times(events))
    return [each.change for each in found]
