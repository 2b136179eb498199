"""Late findings belong to the episodes they would have belonged to in time."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.hotspots.model import Status
from tests.unit.hotspots.ledger import FACTORY, HOUR, INFO, ROUTE, T0, Event, Ledger, in_order


def usual(hours: float, kg: float = 10.0) -> Event:
    return (ROUTE, T0 + hours * HOUR, kg, 100.0)


def high(hours: float, kg: float = 120.0) -> Event:
    return usual(hours, kg)


def hours(ledger: Ledger) -> list[tuple[float, float, int, str]]:
    """First and last hour, count and status of each episode in order."""
    return sorted(
        ((each.first_event_at - T0) / HOUR, (each.last_event_at - T0) / HOUR, each.event_count, each.status.value)
        for each in ledger.episodes.values()
    )


def taken(*batches: Sequence[Event]) -> Ledger:
    ledger = Ledger()
    for events in batches:
        ledger.take(*events)
    return ledger


BLOCKS: dict[str, list[list[Event]]] = {
    "close": [[high(0), usual(4)], [high(20, 200)], [high(40), usual(50)]],
    "close, then quiet": [[high(0), usual(4)], [usual(10), high(20)], [high(30), usual(60)]],
    "far, with reports between": [[high(0), usual(26)], [usual(50), high(51)], [high(110), usual(200)]],
    "far, in silence": [[high(0)], [high(72, 160)], [high(200)]],
    "at the edge of the quiet time": [[high(0), usual(24)], [high(24.5), usual(48.5), high(49)]],
    "just beyond it": [[high(0), usual(24.1)], [high(24.5), usual(48.6)], [high(49)]],
    "two quiet times in one batch": [[high(0), usual(30), high(31)], [usual(70), high(71), usual(80), high(90)]],
    "within one hour": [[high(0.1), usual(0.2)], [high(0.3)], [usual(0.4), high(0.5)]],
}


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
def test_the_order_of_batches_changes_no_episode(blocks: list[list[Event]]) -> None:
    expected = in_order([event for block in blocks for event in block])
    for order in permutations(blocks):
        assert taken(*order).told() == expected


def test_a_late_finding_joins_what_is_over_without_waking_it() -> None:
    ledger = taken([high(0)], [usual(60)], [high(3, 200)])
    assert hours(ledger) == [(0, 3, 2, "resolved")]
    assert next(iter(ledger.episodes.values())).percent_above == pytest.approx(100)


def test_a_late_finding_of_a_forgotten_time_is_over_at_once() -> None:
    assert hours(taken([high(500), usual(501)], [high(0), usual(30)])) == [
        (0, 0, 1, "resolved"),
        (500, 500, 1, "active"),
    ]


def test_a_late_ordinary_event_ends_and_splits_nothing() -> None:
    ledger = taken([high(0)], [high(100)], [usual(50)])
    assert hours(ledger) == [(0, 100, 2, "active")]


def test_two_episodes_stay_two_when_a_late_finding_lies_within_reach_of_both() -> None:
    ledger = taken([high(0)], [usual(25)], [high(40)], [high(23)])
    assert hours(ledger) == [(0, 23, 2, "resolved"), (40, 40, 1, "active")]


def test_quiet_time_is_the_same_within_a_batch_as_between_batches() -> None:
    events = [high(0), usual(24), usual(25), high(26), high(27), usual(60)]
    assert taken(events).told() == taken(*([event] for event in events)).told() == in_order(events)


EVENTS = st.tuples(
    st.sampled_from([ROUTE, FACTORY]),
    st.integers(0, 400).map(lambda quarters: T0 + quarters * HOUR / 4),
    st.sampled_from([0.0, 79.0, 80.0, 99.0, 100.0, 149.0, 150.0, 500.0, None]),
    st.sampled_from([100.0, 100.0, 100.0, 0.0, None]),
)
BATCHES = st.lists(st.lists(EVENTS, min_size=1, max_size=6), min_size=1, max_size=8)


@given(BATCHES)
def test_how_events_in_order_are_cut_changes_nothing(batches: list[list[Event]]) -> None:
    by_moment = {(event[0], event[1]): event for batch in batches for event in batch}
    events = sorted(by_moment.values(), key=lambda event: event[1])
    cuts, place = [], 0
    for batch in batches:
        cuts.append(events[place : place + len(batch)])
        place += len(batch)
    assert taken(*(cut for cut in cuts if cut)).told() == in_order(events)


@given(BATCHES)
def test_in_any_order_every_finding_is_in_one_episode(batches: list[list[Event]]) -> None:
    ledger = taken(*batches)
    found = [each for batch in batches for each in batch if each[2] and each[3] and each[2] / each[3] >= INFO]
    assert sum(each.event_count for each in ledger.episodes.values()) == len(found)
    for subject, at, _, _ in found:
        own = [each for each in ledger.episodes.values() if each.subject == subject]
        assert any(each.first_event_at <= at <= each.last_event_at for each in own)
    assert all(each.status in (Status.ACTIVE, Status.RESOLVED) for each in ledger.episodes.values())
