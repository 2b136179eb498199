"""The demo as a viewer meets it: measured history, events arriving, hotspots and recommendations, started twice."""

import time
from collections.abc import Callable
from typing import Any

import psycopg

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.e2e.conftest import Running

WAIT_SECONDS = 90
EVENTS = "SELECT count(*), count(*) FILTER (WHERE simulated), count(DISTINCT event_type) FROM events_normalized"


def counted(server: Running) -> tuple[int, int, int]:
    with psycopg.connect(EmbeddedPostgres(server.data_dir).url) as connection:
        row = connection.execute(EVENTS.encode()).fetchone()
    assert row is not None
    return row


def wait_for(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
    return found


def test_history_is_there_events_arrive_and_something_stands_out(serve: Callable[..., Running]) -> None:
    server = serve("demo", DETECTION_POLICY="ratio")  # under the other policy it depends on the day what is found
    history, simulated, kinds = counted(server)
    assert history > 4_000  # sixty days
    assert 0 < simulated < history / 2
    assert kinds == 4
    wait_for(lambda: counted(server)[0] > history)
    hotspots = wait_for(lambda: server.get("/hotspots").json())
    assert {"entity", "predicted_co2", "baseline_co2", "severity"} <= set(hotspots[0])
    recommended = wait_for(lambda: server.get("/recommendations").json())
    assert recommended[0]["co2_reduction"] > 0
    assert server.get("/emissions/forecast").json()["status"] == "ok"
    # null with a reason until the replay reaches the last 24 hours
    assert wait_for(lambda: server.get("/emissions/current").json()["current_rate"]) > 0


def test_a_second_start_goes_on_where_the_first_was_killed(serve: Callable[..., Running]) -> None:
    first = serve("demo")
    before = counted(first)[0]
    wait_for(lambda: counted(first)[0] > before)
    first.kill_everything()
    second = serve("demo")
    assert counted(second)[0] > before
    with psycopg.connect(EmbeddedPostgres(second.data_dir).url) as connection:
        doubled = connection.execute(
            "SELECT source, timestamp, coalesce(route_id, factory_id, warehouse_id) FROM events_normalized "
            "WHERE event_type IN ('factory', 'warehouse') GROUP BY 1, 2, 3 HAVING count(*) > 1"
        ).fetchall()
    assert doubled == []
