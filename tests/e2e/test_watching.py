"""Watching as a user meets it: readings come, one stands out, somebody is told, and hears of its end."""

import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from standardwebhooks import Webhook

from carbon_nexus.db.embedded import EmbeddedPostgres
from tests.e2e.conftest import Running, run, start
from tests.integration.notifications.listening import Answer, Call, Listening, listening

WAIT_SECONDS = 60
HISTORY_H = 30 * 24
HOUR = timedelta(hours=1)
SETTINGS = {"WEBHOOK_ALLOW_PRIVATE": "true", "HOTSPOT_CHECK_INTERVAL": "1"}
OF_WATCHING = ["evaluate-alerts", "evaluate-all-alerts", "notify", "retry-stalled-jobs"]
OLDER = "interval '2 minutes'"
LATER = (
    f"UPDATE alerts SET state_since = state_since - {OLDER}",
    f"UPDATE timers SET last_run_at = last_run_at - {OLDER} WHERE name = ANY(%(names)s)",
)
SILENT_SINCE = (
    f"UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - {OLDER} WHERE last_heartbeat < %(at)s"
)
INSERT = """
INSERT INTO events_normalized (event_type, supplier_id, factory_id, timestamp, energy_kwh, period_hours)
VALUES (%(event_type)s, %(supplier_id)s, %(factory_id)s, %(timestamp)s, %(energy_kwh)s, %(period_hours)s)
"""

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def server(short_dir: Path) -> Iterator[Running]:
    """One server for tests that each watch sites of their own."""
    running = start(short_dir / "watching", "serve", **SETTINGS)
    yield running
    running.kill_everything()


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def usual_kwh(at: datetime) -> float:
    """A plant has a day and a week."""
    return 400 * (1 if at.weekday() < 5 else 0.45) * (1 + 0.5 * math.sin((at.hour - 6) / 24 * math.tau))


def readings(site: str, first: datetime, hours: int, factor: float = 1.0, noise: float = 0.05) -> Rows:
    """One reading an hour, as events."""
    chance = random.Random(site)
    times = [first + number * HOUR for number in range(hours)]
    return [
        {"event_type": "factory", "supplier_id": "Plant Co", "factory_id": site, "timestamp": at.isoformat()}
        | {"energy_kwh": round(usual_kwh(at) * factor * chance.gauss(1, noise), 2), "period_hours": 1}
        for at in times
    ]


def history(site: str, until: datetime) -> Rows:
    return readings(site, until - HISTORY_H * HOUR, HISTORY_H)


def upload(server: Running, rows: Rows) -> None:
    """Send them as a file."""
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    sent = server.post("/api/v1/ingest/upload", files={"file": ("meters.csv", "\n".join(lines))})
    assert sent.json()["rows_stored"] == len(rows)


def report(server: Running, rows: Rows) -> None:
    """Send them as events and see them scanned, by this request or by the worker."""
    assert server.post("/api/v1/ingest/events", json=rows).json()["rows_stored"] == len(rows)
    assert server.post("/hotspots/scan").status_code == 200


def insert(server: Running, rows: Rows) -> None:
    """Another program writes them into the table."""
    with psycopg.connect(EmbeddedPostgres(server.data_dir).url) as connection:
        connection.cursor().executemany(INSERT, rows)


def watch(server: Running, name: str, ops: Listening, **rule: object) -> str:
    """Store a rule and its receiver, both of this name; returns what the receiver's messages are signed with."""
    made = httpx.put(f"{server.url}/receivers/{name}", json={"kind": "webhook", "url": ops.url}, timeout=30)
    stored = httpx.put(f"{server.url}/rules/{name}", json={"receivers": [name], **rule}, timeout=30)
    assert stored.status_code == 200, stored.text
    return str(made.json()["signing_secret"])


def hotspots(server: Running, *sites: str) -> Rows:
    return [each for each in server.get("/hotspots").json() if each["entity"] in sites]


def change(server: Running, *statements: str, **given: object) -> None:
    with psycopg.connect(EmbeddedPostgres(server.data_dir).url) as connection:
        for statement in statements:
            connection.execute(statement.encode(), given)


def wait_for(server: Running, what: Callable[[], Any]) -> Any:
    """What is there at last. Meanwhile alerts are made older, and timers due, so that a test need not wait for them."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.2)
        change(server, *LATER, names=OF_WATCHING)
    return found


def told(server: Running, ops: Listening, secret: str, count: int) -> dict[str, Any]:
    """The event of the message of this number, its signature verified."""
    wait_for(server, lambda: len(ops.calls) >= count)
    call = ops.calls[count - 1]
    event: dict[str, Any] = Webhook(secret).verify(call.body, dict(call.headers))
    assert event["id"] == webhook_id(call)
    return event


def webhook_id(call: Call) -> str:
    return {name.lower(): value for name, value in call.headers.items()}["webhook-id"]


def delivered(server: Running, name: str, count: int) -> Rows:
    """The log of what a receiver was sent, once so many messages got through."""
    path = f"/deliveries?receiver={name}"
    wait_for(server, lambda: len(server.get(f"{path}&status=delivered").json()) >= count)
    log: Rows = server.get(path).json()
    return log


def test_an_excess_is_told_and_once_it_is_quiet_so_is_its_end(server: Running) -> None:
    began = this_hour() - 28 * HOUR
    with listening() as ops:
        secret = watch(server, "plants", ops, match=["entity = plant-1"], runbook_url="https://wiki.example.com/plants")
        upload(server, history("plant-1", began) + readings("plant-1", began, 3, factor=1.9))
        first = told(server, ops, secret, 1)
        (alert,) = first["data"]["alerts"]
        assert (first["type"], first["data"]["reason"]) == ("io.carbonnexus.alerts.firing", "new alerts")
        assert (alert["labels"]["entity"], alert["level"], alert["state"]) == ("plant-1", "critical", "firing")
        assert alert["runbook_url"] == "https://wiki.example.com/plants"
        hotspot, inbox = f"/hotspots/{alert['hotspot_id']}", f"/alerts/{alert['id']}"
        assert server.get(hotspot).json()["event_count"] == 3
        (energy,) = server.get(f"{hotspot}/explain").json()["inputs"]  # beside what these hours usually take
        assert 1.7 < energy["actual"] / energy["usual"] < 2.1
        assert server.post(f"{inbox}/acknowledge", json={"note": "burner 2"}).json()["acknowledged_by"] == "local"

        report(server, readings("plant-1", began + 3 * HOUR, 25, noise=0))
        assert server.get(hotspot).json()["status"] == "resolved"
        last = told(server, ops, secret, 2)
        (over,) = last["data"]["alerts"]
        assert (last["type"], over["id"]) == ("io.carbonnexus.alerts.resolved", alert["id"])
        assert len(delivered(server, "plants", 2)) == len(ops.calls) == 2
        timeline = [each["action"] for each in reversed(server.get(f"{inbox}/timeline").json())]
        assert timeline[:3] == ["state", "told", "acknowledged"]
        assert timeline[-1] == "told"


def test_rules_of_a_file_change_what_is_found(server: Running, tmp_path: Path) -> None:
    now, mills = this_hour(), ("mill-1", "mill-2")
    upload(server, [row for mill in mills for row in history(mill, now - HOUR)])
    report(server, [row for mill in mills for row in readings(mill, now - HOUR, 1, noise=0)])
    assert hotspots(server, *mills) == []  # nothing is unusual

    (tmp_path / "rules.yaml").write_text(
        "- {name: simple, match: [entity = mill-1], policy: {kind: ratio, info: 0.8, warn: 1.5, critical: 2}}"
    )
    applied = run(server.data_dir, "rules", "apply", str(tmp_path / "rules.yaml"))
    assert applied.returncode == 0, applied.stderr
    report(server, [row for mill in mills for row in readings(mill, now, 1, noise=0)])
    (found,) = hotspots(server, *mills)
    assert (found["entity"], found["policy"], found["rule"], found["severity"]) == ("mill-1", "ratio", "simple", "info")
    assert abs(found["percent_above"]) < 10


def test_a_site_that_stops_reporting_is_told_and_its_rows_end_that(server: Running) -> None:
    now = this_hour()
    with listening() as ops:
        secret = watch(server, "silent", ops, kind="missing_data", match=["entity = kiln-1"])
        insert(server, history("kiln-1", now - 8 * HOUR))
        (alert,) = told(server, ops, secret, 1)["data"]["alerts"]
        assert (alert["labels"]["entity"], alert["state"]) == ("kiln-1", "firing")
        assert alert["message"].startswith("factory kiln-1 has not reported for")

        insert(server, readings("kiln-1", now - 8 * HOUR, 9))
        (over,) = told(server, ops, secret, 2)["data"]["alerts"]
        assert (over["id"], over["state"]) == (alert["id"], "resolved")
        ended = server.get(f"/alerts/{alert['id']}").json()
        assert ended["state_reason"].startswith("it has reported again")


def test_what_a_killed_server_was_sending_gets_through_once_after_the_next_start(server: Running) -> None:
    """Stands last, as it kills the server of the others."""
    began = this_hour() - 3 * HOUR
    with listening(None, Answer()) as ops:  # the first time it never answers
        secret = watch(server, "works", ops, match=["entity = works-1"])
        upload(server, history("works-1", began) + readings("works-1", began, 3, factor=1.9))
        lost = told(server, ops, secret, 1)
        server.kill_everything()
        killed_at = datetime.now(UTC)

        again = start(server.data_dir, "serve", **SETTINGS)
        server.process, server.url = again.process, again.url
        change(server, SILENT_SINCE, at=killed_at)
        assert told(server, ops, secret, 2) == lost
        (delivery,) = delivered(server, "works", 1)
        assert (delivery["status"], delivery["attempts"], len(ops.calls)) == ("delivered", 2, 2)
