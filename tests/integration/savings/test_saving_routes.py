"""The ledger, the weeks of one measure, and verdicts over HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.savings.jobs import verify_all_tenants

from .conftest import Fleet

WEEK = timedelta(days=7)
PERSON = {"verdict": "verified", "reason": "The fuel cards say so."}


async def test_the_ledger_says_what_was_promised_and_what_was_saved(
    engine: AsyncEngine, client: httpx.AsyncClient, fleet: Fleet, now: datetime
) -> None:
    good = fleet.saving_fleet(0.2)
    fleet.saving_fleet(-0.3, entity="North")
    fleet.saving_fleet(0.2, weeks=1, entity="South")
    fleet.measure(0, entity="West", status="approved", implemented_at=None)
    await verify_all_tenants(engine, lambda: now)
    ledger = (await client.get("/recommendations/savings")).json()
    assert ledger["promised_kg"] == 300
    assert ledger["waiting_because"] == {"waiting": 1}
    totals = ledger["totals"]
    assert {name: (total["count"], total["promised_kg"]) for name, total in totals.items()} == {
        "verified": (1, 100), "not_effective": (1, 100), "waiting": (1, 100),
    }  # fmt: skip
    (line,) = [each for each in ledger["recommendations"] if each["recommendation_id"] == good]
    assert (line["entity"], line["status"], line["verdict"], line["weeks"]) == ("Trunk", "verified", "verified", 4)
    assert (line["promised_kg"], line["promised_low_kg"], line["promised_high_kg"]) == (100, 50, 150)
    saved = [line[name] for name in ("saved_kg", "saved_low_kg", "saved_high_kg")]
    assert saved == [totals["verified"][name] for name in ("saved_kg", "saved_low_kg", "saved_high_kg")]
    assert saved[0] == pytest.approx(0.2 * 33_600, rel=0.05)
    assert 0 < saved[1] < saved[0] < saved[2]
    assert line["annualised_kg"] == pytest.approx(saved[0] / 28 * 365)
    assert totals["not_effective"]["saved_kg"] < 0


async def test_measures_at_one_entity_share_what_was_saved(
    engine: AsyncEngine, client: httpx.AsyncClient, fleet: Fleet, now: datetime
) -> None:
    first = fleet.saving_fleet(0.2)
    second = fleet.measure(4, measure_id="M09")
    await verify_all_tenants(engine, lambda: now)
    ledger = (await client.get("/recommendations/savings")).json()
    lines = {each["recommendation_id"]: each for each in ledger["recommendations"]}
    assert [lines[each]["jointly_with"] for each in (first, second)] == [[second], [first]]
    assert "the saving is of all together" in lines[first]["reason"]
    assert lines[first]["saved_kg"] == lines[second]["saved_kg"] == ledger["totals"]["verified"]["saved_kg"]
    assert ledger["totals"]["verified"]["count"] == 2
    # remaining shares of 5,600 kg multiply: 100 + 100 x (1 - 100 / 5,600)
    assert ledger["promised_kg"] == pytest.approx(100 + 100 * (1 - 100 / 5600))


async def test_one_measure_shows_its_weeks_and_its_frozen_baseline(client: httpx.AsyncClient, fleet: Fleet) -> None:
    rec_id = fleet.saving_fleet(0.2)
    waiting = (await client.get(f"/recommendations/{rec_id}/savings")).json()
    assert (waiting["verdict"], waiting["baseline"], waiting["weekly"]) == ("waiting", None, [])
    answer = await client.post(f"/recommendations/{rec_id}/verify")
    assert answer.status_code == 200, answer.text
    shown = (await client.get(f"/recommendations/{rec_id}/savings")).json()
    assert shown == answer.json()
    assert (shown["status"], shown["judged_by"]) == ("verified", "verify")
    assert (shown["baseline"]["event_count"], shown["baseline"]["day_count"]) == (672, 57)
    assert shown["baseline"]["model"]["formula"]["driver"] == "activity"
    last = shown["weekly"][-1]
    assert (last["week"], last["event_count"], last["reason"]) == (4, 84, None)
    assert last["saving_kg"] == pytest.approx(last["counterfactual_kg"] - last["actual_kg"])
    assert last["cumulative_kg"] == pytest.approx(sum(week["saving_kg"] for week in shown["weekly"]))
    assert last["cumulative_low_kg"] < last["cumulative_kg"] < last["cumulative_high_kg"]


async def test_too_early_is_409_unless_a_person_says_so(
    client: httpx.AsyncClient, fleet: Fleet, trail: Callable[[], list[tuple[Any, ...]]]
) -> None:
    rec_id = fleet.saving_fleet(0.2, weeks=2)
    early = await client.post(f"/recommendations/{rec_id}/verify")
    assert (early.status_code, early.json()["code"]) == (409, "not_judged")
    assert "2 of 4 weeks are over" in early.json()["detail"]
    assert trail() == []
    told = (await client.post(f"/recommendations/{rec_id}/verify", json=PERSON)).json()
    names = ("status", "verdict", "reason", "judged_by")
    assert [told[name] for name in names] == ["verified", "verified", PERSON["reason"], "local"]
    assert [entry[:3] for entry in trail()] == [("recommendation.verified", "local", PERSON["reason"])]


@pytest.mark.parametrize("status", ["pending", "approved", "rejected", "verified", "not_effective"])
@pytest.mark.parametrize("body", [None, PERSON])
async def test_only_what_is_implemented_can_be_verified(
    client: httpx.AsyncClient, fleet: Fleet, status: str, body: dict[str, str] | None
) -> None:
    rec_id = fleet.measure(4, status=status)
    answer = await client.post(f"/recommendations/{rec_id}/verify", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert f"is {status}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{"verdict": "waiting", "reason": "x"}, {"verdict": "verified"}, {"verdict": "verified", "reason": " "}],
)
async def test_a_person_gives_a_verdict_and_a_reason(
    client: httpx.AsyncClient, fleet: Fleet, body: dict[str, str]
) -> None:
    assert (await client.post(f"/recommendations/{fleet.measure()}/verify", json=body)).status_code == 422


async def test_nothing_implemented_and_nothing_known(
    client: httpx.AsyncClient, fleet: Fleet, as_tenant: Callable[[int], None]
) -> None:
    rec_id = fleet.measure(0, status="pending", implemented_at=None)
    refused = await client.get(f"/recommendations/{rec_id}/savings")
    assert (refused.status_code, refused.json()["detail"]) == (
        409, f"Recommendation {rec_id} is pending: nothing has been implemented yet that could save.",
    )  # fmt: skip
    empty = (await client.get("/recommendations/savings")).json()
    assert (empty["recommendations"], empty["promised_kg"], empty["totals"]["verified"]["saved_kg"]) == ([], 0, None)
    as_tenant(2)
    done = fleet.measure(4, measure_id="M09")
    for answer in (
        await client.get(f"/recommendations/{done}/savings"),
        await client.post(f"/recommendations/{done}/verify", json=PERSON),
    ):
        assert answer.status_code == 404
    assert (await client.get("/recommendations/savings")).json()["recommendations"] == []
