"""Silences and mute timings over HTTP, each change on the audit trail."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.integration.alerts.conftest import HOUR, Watched

SILENCE: dict[str, Any] = {"matchers": ["entity = Trunk"], "reason": "repairs", "ends_at": "2026-03-18T14:00:00Z"}
NIGHTS: dict[str, Any] = {
    "time_zone": "Europe/Berlin",
    "matchers": ["severity != critical"],
    "intervals": [
        {"weekdays": ["monday", "wednesday"], "times": [{"from": "12:00", "to": "24:00"}]},
        {"days_of_month": [-1], "months": [12]},
    ],
}


def messages(refused: httpx.Response) -> str:
    assert refused.status_code == 422, refused.text
    return " ".join(each["msg"] for each in refused.json()["detail"])


async def test_a_silence_is_made_listed_and_ended_once(client: httpx.AsyncClient, watched: Watched) -> None:
    made = await client.post("/silences", json=SILENCE)
    assert made.status_code == 201
    silence = made.json()
    assert silence == {
        "id": silence["id"], "matchers": ["entity = Trunk"], "reason": "repairs", "created_by": "local",
        "starts_at": "2026-03-18T12:00:00+00:00", "ends_at": "2026-03-18T14:00:00+00:00",
        "created_at": "2026-03-18T12:00:00+00:00", "state": "active",
    }  # fmt: skip
    path = f"/silences/{silence['id']}"
    assert (await client.get(path)).json() == silence
    ended = (await client.post(f"{path}/expire")).json()
    assert (ended["state"], ended["ends_at"]) == ("expired", "2026-03-18T12:00:00+00:00")
    again = await client.post(f"{path}/expire")
    assert again.status_code == 409
    assert again.json()["detail"] == f"Silence {silence['id']} is expired since 2026-03-18 12:00 UTC."
    assert await watched.trail() == ["silence.created", "silence.expired"]


async def test_silences_are_told_by_state_newest_first(client: httpx.AsyncClient) -> None:
    later = SILENCE | {"starts_at": "2026-03-18T13:00:00+01:00", "ends_at": "2026-03-19T00:00:00Z"}
    future = later | {"starts_at": "2026-03-18T13:00:00Z"}
    ids = [(await client.post("/silences", json=each)).json()["id"] for each in (SILENCE, later, future)]
    await client.post(f"/silences/{ids[0]}/expire")
    found = {state: (await client.get(f"/silences?state={state}")).json() for state in ("active", "pending", "expired")}
    assert {state: [each["id"] for each in rows] for state, rows in found.items()} == {
        "active": [ids[1]],
        "pending": [ids[2]],
        "expired": [ids[0]],
    }
    assert (await client.post(f"/silences/{ids[2]}/expire")).json()["state"] == "expired"
    assert [each["id"] for each in (await client.get("/silences")).json()] == ids[::-1]


async def test_a_preview_tells_whom_a_silence_would_hit_and_how_often_lately(
    client: httpx.AsyncClient, watched: Watched
) -> None:
    for entity in ("Trunk", "Trunk 2", "Ring"):
        await watched.hotspot(entity)
    await watched.evaluated()
    await watched.do(lambda connection: connection.execute(text("UPDATE hotspots SET status = 'ignored' WHERE id = 2")))
    await watched.evaluated(HOUR)
    old = "UPDATE alerts SET created_at = created_at - interval '8 days' WHERE labels ->> 'entity' = 'Trunk'"
    await watched.do(lambda connection: connection.execute(text(old)))
    body = {"matchers": ["entity ~ Trunk*", "rule = default", "severity = warn"]}
    told = (await client.post("/silences/preview", json=body)).json()
    assert [(each["state"], each["rule"], each["message"][:6]) for each in told["open_alerts"]] == [
        ("firing", "default", "Trunk ")
    ]
    assert (told["open_total"], told["last_7_days"]) == (1, 1)
    assert (await client.get("/silences")).json() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"matchers": []}, "at least one condition"),
        ({"matchers": ["entity ~ *"]}, "at least one condition"),
        ({"matchers": ["plant = 7"]}, "has the label 'plant', which there is not"),
        ({"reason": " "}, "pattern"),
        ({"reason": None}, "string"),
        ({"ends_at": None}, "datetime"),
        ({"ends_at": "2026-03-19T00:00:00"}, "timezone"),
        ({"ends_at": "2026-03-18T12:00:00Z"}, "must be after its start, and in the future"),
        ({"ends_at": "2027-03-18T12:00:01Z"}, "must be within 365 days of its start"),
        ({"starts_at": "2026-03-18T15:00:00Z"}, "must be after its start"),
        ({"actor": "ann"}, "Extra inputs"),
    ],
)
async def test_a_silence_needs_matcher_reason_and_end(
    client: httpx.AsyncClient, change: dict[str, Any], told: str
) -> None:
    assert told in messages(await client.post("/silences", json=SILENCE | change))


async def test_a_mute_timing_is_put_read_replaced_and_deleted(client: httpx.AsyncClient, watched: Watched) -> None:
    put = (await client.put("/mute-timings/nights", json=NIGHTS)).json()
    assert (put["name"], put["muted"]) == ("nights", True)
    assert put["reason"] == "mute timing 'nights' holds on Wednesday 12:00 to 24:00, Europe/Berlin"
    assert put["intervals"][0] == {
        "weekdays": ["monday", "wednesday"], "days_of_month": [], "months": [],
        "times": [{"from": "12:00", "to": "24:00"}],
    }  # fmt: skip
    assert (await client.get("/mute-timings/nights")).json() == put
    await client.put("/mute-timings/days", json={"time_zone": "UTC", "intervals": [{"weekdays": ["sunday"]}]})
    assert [(each["name"], each["muted"]) for each in (await client.get("/mute-timings")).json()] == [
        ("days", False),
        ("nights", True),
    ]
    await client.put("/mute-timings/nights", json=NIGHTS | {"matchers": []})
    assert (await client.get("/mute-timings/nights")).json()["matchers"] == []
    assert (await client.delete("/mute-timings/nights")).status_code == 204
    for method in ("GET", "DELETE"):
        gone = await client.request(method, "/mute-timings/nights")
        assert (gone.status_code, gone.json()["detail"]) == (404, "There is no mute timing 'nights'.")
    actions = [f"mute_timing.{what}" for what in ("created", "created", "replaced", "deleted")]
    assert await watched.trail() == actions


async def test_a_mute_timing_that_was_put_mutes(client: httpx.AsyncClient, watched: Watched) -> None:
    await client.put("/mute-timings/nights", json=NIGHTS)
    await watched.hotspot()
    await watched.hotspot("Ring", severity="critical")
    await watched.evaluated(5 * HOUR)
    assert await watched.alerts("muted_by") == [(["nights"],), ([],)]
    await watched.evaluated(timedelta(days=1))
    assert await watched.alerts("muted_by") == [([],), ([],)]


def interval(**more: Any) -> dict[str, Any]:
    return {"intervals": [more]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"time_zone": "Mars/Olympus"}, "must be a time zone"),
        ({"time_zone": "../etc/passwd"}, "must be a time zone"),
        ({"intervals": []}, "at least 1 item"),
        ({"matchers": ["x"]}, "is not a label"),
        (interval(weekdays=["Mon"]), "must be one of monday"),
        (interval(days_of_month=[0]), "must be 1 to 31, or -1"),
        (interval(months=[13]), "less than or equal to 12"),
        (interval(times=[{"from": "18:00", "to": "06:00"}]), "write a night as 18:00 to 24:00 and 00:00 to 06:00"),
        (interval(times=[{"from": "18:00", "to": "25:00"}]), "must be a time from 00:00 to 24:00"),
        (interval(times=[{"from": "18:00"}]), "Field required"),
        (interval(years=[2026]), "Extra inputs"),
    ],
)
async def test_a_mute_timing_that_cannot_be_told_is_422(
    client: httpx.AsyncClient, change: dict[str, Any], told: str
) -> None:
    assert told in messages(await client.put("/mute-timings/nights", json=NIGHTS | change))


@pytest.mark.parametrize("path", ["/silences/999", "/silences/999/expire"])
async def test_an_unknown_silence_is_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.request("POST" if path.endswith("expire") else "GET", path)
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no silence 999.")
