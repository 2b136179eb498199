"""Episodes by what is left of their events."""

from collections.abc import Sequence

import polars as pl

from carbon_nexus.hotspots.correct import WHY_GONE, WHY_LESS, corrections
from carbon_nexus.hotspots.model import Change, Episode, Severity, Status
from tests.unit.hotspots.ledger import HOUR, ROUTE, T0, Event, batch


def episode(status: Status = Status.ACTIVE) -> Episode:
    return Episode(7, ROUTE, Severity.CRITICAL, 3, 200.0, 100.0, 100.0, 3, T0, T0 + 4 * HOUR, status)


def left(events: Sequence[Event]) -> pl.DataFrame:
    return batch(*events).with_columns(hotspot_id=pl.lit(7, pl.Int64))


def test_what_is_left_tells_count_worst_and_times() -> None:
    events = [(ROUTE, T0 + HOUR, 90.0, 100.0), (ROUTE, T0 + 2 * HOUR, 110.0, 100.0), (ROUTE, T0 + 3 * HOUR, 9.0, 100.0)]
    (found,) = corrections([episode()], left(events))
    assert (found.change, found.reason, found.before) == (Change.CORRECTED, WHY_LESS, episode())
    after = found.after
    assert (after.severity, after.event_id, after.event_count, after.status) == (Severity.WARN, 2, 2, Status.ACTIVE)
    assert (after.first_event_at, after.last_event_at) == (T0 + HOUR, T0 + 2 * HOUR)


def test_nothing_left_resolves_what_is_active_and_keeps_what_it_was_about() -> None:
    usual = [(ROUTE, T0, 9.0, 100.0)]
    for status, change in ((Status.ACTIVE, Change.RESOLVED), (Status.RESOLVED, Change.CORRECTED)):
        (found,) = corrections([episode(status)], left(usual))
        assert (found.change, found.reason) == (change, WHY_GONE)
        assert (found.after.event_count, found.after.status) == (0, Status.RESOLVED)
        assert (found.after.percent_above, found.after.severity) == (100.0, Severity.CRITICAL)


def test_what_has_lost_nothing_is_left_alone() -> None:
    events = [(ROUTE, T0, 100.0, 100.0), (ROUTE, T0 + HOUR, 110.0, 100.0), (ROUTE, T0 + 4 * HOUR, 200.0, 100.0)]
    (told,) = corrections([episode()], left(events))
    assert (told.after.event_count, told.after.excess_kg) == (3, 110.0)
    assert corrections([told.after], left(events)) == []
