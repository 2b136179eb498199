"""Targets over HTTP: told, refused in words, on the trail; how they go over a year of events, and what adds up."""

from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db import migrate
from tests.integration.baselines.watched import MIDNIGHT, readings, send
from tests.integration.db.test_provenance_migration import to
from tests.integration.targets.year import emitted, lived

WHOLE = {"from_month": "2026-01", "amount_kg": 20_000}


async def put(client: httpx.AsyncClient, *sent: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.put("/targets", json=list(sent))
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def held(client: httpx.AsyncClient, month: str) -> list[float]:
    return sorted(each["amount_kg"] for each in (await client.get("/targets", params={"month": month})).json())


@pytest.fixture
async def plant(engine: AsyncEngine) -> None:
    """One reading of a plant."""
    await send(engine, readings("Plant-7", [MIDNIGHT]))


@pytest.mark.usefixtures("plant")
async def test_a_target_is_told_replaced_and_deleted_each_on_the_trail(
    client: httpx.AsyncClient, audit: Callable[[], list[tuple[Any, ...]]]
) -> None:
    known = len(audit())
    (plant,) = await put(client, {"entity": "Plant-7", "month": "2026-04", "amount_kg": 500})
    assert (plant["entity_type"], plant["month"], plant["from_month"]) == ("factory", "2026-04", None)
    changed = await put(client, WHOLE, {"entity": "Plant-7", "month": "2026-04", "amount_kg": 400})
    assert [each["amount_kg"] for each in changed] == [20_000, 400]
    assert changed[1]["id"] == plant["id"]
    assert await put(client, WHOLE) == changed[:1]  # nothing new
    single = await client.put("/targets", json=WHOLE | {"amount_kg": 1})  # without a list
    assert [each["amount_kg"] for each in single.json()] == [1]
    assert (await client.delete(f"/targets/{plant['id']}")).status_code == 204
    assert (await client.delete(f"/targets/{plant['id']}")).status_code == 404
    told = {"entity": "Plant-7", "entity_type": "factory", "month": "2026-04"}
    assert [(action, before, after) for _, action, _, _, _, _, before, after in audit()[known:]] == [
        ("target.created", None, told | {"amount_kg": 500}),
        ("target.created", None, WHOLE),
        ("target.replaced", told | {"amount_kg": 500}, told | {"amount_kg": 400}),
        ("target.replaced", WHOLE, WHOLE | {"amount_kg": 1}),
        ("target.deleted", told | {"amount_kg": 400}, None),
    ]


async def test_a_single_month_goes_before_a_standing_target_and_the_newest_of_these_before_others(
    client: httpx.AsyncClient,
) -> None:
    sent = [
        ("from_month", "2026-01", 1),
        ("from_month", "2026-04", 2),
        ("month", "2026-04", 3),
        ("month", "2026-06", 4),
    ]
    await put(client, *({when: month, "amount_kg": kg} for when, month, kg in sent))
    await put(client, {"event_type": "delivery", "from_month": "2026-05", "amount_kg": 9})
    months = {"2025-12": [], "2026-03": [1], "2026-04": [3], "2026-05": [2, 9], "2026-06": [4, 9], "2026-07": [2, 9]}
    assert {month: await held(client, month) for month in months} == months


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"entity": "Plant-8", "month": "2026-04", "amount_kg": 5}, "entity", "Did you mean Plant-7?"),
        ({"event_type": "trips", "month": "2026-04", "amount_kg": 5}, "event_type", "logistics"),
        ({"month": "2026-13", "amount_kg": 5}, "month", "must be a month such as 2026-12"),
        ({"month": "2026-04", "amount_kg": 0}, "amount_kg", "greater than 0"),
        ({"month": "2026-04", "amount_kg": "5"}, "amount_kg", "number"),
        ({"month": "2026-04", "from_month": "2026-05", "amount_kg": 5}, None, "not both"),
        ({"amount_kg": 5}, None, "must have month"),
        ({"mnth": "2026-04", "amount_kg": 5}, "mnth", "not permitted"),
        (WHOLE, "from_month", "is told twice for the same: 0 has it as well"),
    ],
)
@pytest.mark.usefixtures("plant")
async def test_one_that_cannot_be_meant_stops_the_list_with_its_place_and_field(
    client: httpx.AsyncClient, sent: dict[str, Any], field: str | None, said: str
) -> None:
    answer = await client.put("/targets", json=[WHOLE, sent])
    problem = answer.json()["detail"][0]
    assert answer.status_code == 422
    assert problem["loc"] == ["body", 1, *([field] if field else [])]
    assert said in problem["msg"]
    assert (await client.get("/targets")).json() == []


@pytest.mark.parametrize("sent", [[], [WHOLE] * 1_001, 5, "x", None, [[]]])
async def test_what_is_no_list_of_targets_is_refused(client: httpx.AsyncClient, sent: Any) -> None:
    assert (await client.put("/targets", json=sent)).status_code == 422


async def test_each_tenant_has_its_own(client: httpx.AsyncClient, as_tenant: Callable[[int], None]) -> None:
    (target,) = await put(client, WHOLE)
    as_tenant(2)
    assert (await client.get("/targets")).json() == []
    assert (await client.get("/targets/progress")).json()["targets"] == []
    for answer in (await client.get(f"/targets/{target['id']}/burn-down"), await client.delete("/targets/1")):
        assert answer.status_code == 404
    (own,) = await put(client, WHOLE)
    assert own["id"] != target["id"]


async def test_how_targets_go_over_a_year_of_events(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str
) -> None:
    await lived(engine)
    march, february = (emitted(database_url, *days) for days in (("2026-03-01", "2026-03-19"),
                                                                 ("2026-02-01", "2026-03-01")))  # fmt: skip
    lorry = emitted(database_url, "2026-03-01", "2026-03-19", "Trunk")
    await put(client, {"from_month": "2026-01", "amount_kg": march * 1.1},
              {"entity": "Trunk", "month": "2026-03", "amount_kg": lorry * 10},
              {"entity": "Plant", "event_type": "factory", "from_month": "2026-01", "amount_kg": 1},
              {"event_type": "delivery", "from_month": "2026-02", "amount_kg": 5})  # fmt: skip
    answer = (await client.get("/targets/progress")).json()
    assert (answer["month"], answer["days"]) == ("2026-03", 31)
    whole, delivery, plant, trunk = answer["targets"]
    assert (whole["spent_kg"], trunk["spent_kg"]) == pytest.approx((march, lorry))
    assert plant["spent_kg"] + trunk["spent_kg"] == pytest.approx(march)
    assert [each["verdict"] for each in (whole, plant, trunk)] == ["will_pass", "passed", "on_track"]
    assert whole["month_end_low_kg"] <= whole["month_end_kg"] <= whole["month_end_high_kg"]
    assert whole["month_end_kg"] == pytest.approx(march * 31 / 17.5, rel=0.15)
    assert "2026-03-19" <= whole["passes_on"] <= "2026-03-23"
    assert plant["passes_on"] == "2026-03-01"
    assert (delivery["spent_kg"], delivery["verdict"]) == (0, "unknown")
    assert "no forecast" in delivery["reason"]
    before = (await client.get("/targets/progress", params={"month": "2026-02"})).json()["targets"]
    assert [each["verdict"] for each in before] == ["kept" if february < march * 1.1 else "passed", "unknown", "passed"]
    assert before[0]["spent_kg"] == pytest.approx(february)


async def test_a_burn_down_adds_up_with_what_stands_in(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str
) -> None:
    await lived(engine)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE emissions_entity_daily SET filled_kg = 7, filled_count = 1 WHERE day = '2026-03-10'")
    (target,) = await put(client, WHOLE)
    found = (await client.get(f"/targets/{target['id']}/burn-down")).json()
    days, today = found["days"], 17
    assert (found["month"], len(days), found["forecast_reason"]) == ("2026-03", 31, None)
    assert found["filled_kg"] == sum(day["filled_kg"] or 0 for day in days) == 14
    spent = emitted(database_url, "2026-03-01", "2026-03-19")
    assert found["spent_kg"] == days[today]["cumulative_kg"] == pytest.approx(spent)
    assert sum(day["actual_kg"] or 0 for day in days) == pytest.approx(spent)
    total = days[today - 1]["cumulative_kg"]
    for day in days[today:]:
        total += day["forecast_kg"]
        assert day["forecast_cumulative_kg"] == pytest.approx(total)
        assert day["forecast_low_kg"] <= day["forecast_cumulative_kg"] <= day["forecast_high_kg"]
    assert found["month_end_kg"] == days[-1]["forecast_cumulative_kg"]
    assert days[-1]["line_kg"] == found["amount_kg"]
    assert days[today + 1]["actual_kg"] is days[today - 1]["forecast_kg"] is None
    past = (await client.get(f"/targets/{target['id']}/burn-down", params={"month": "2026-02"})).json()
    assert past["days"][-1]["cumulative_kg"] == pytest.approx(emitted(database_url, "2026-02-01", "2026-03-01"))
    assert past["days"][-1]["forecast_kg"] is None


async def test_a_burn_down_is_of_a_month_in_which_the_target_holds(client: httpx.AsyncClient) -> None:
    first, second = await put(client, WHOLE, {"month": "2026-02", "amount_kg": 5})
    path = f"/targets/{first['id']}/burn-down"
    assert (await client.get(f"/targets/{second['id']}/burn-down")).json()["month"] == "2026-02"
    for month, remedy in (("2026-02", f"Target {second['id']} does."), ("2025-12", "It begins to hold in 2026-01.")):
        refused = await client.get(path, params={"month": month})
        assert (refused.status_code, refused.json()["remedy"]) == (404, remedy)
    ahead = (await client.get(path, params={"month": "2027-01"})).json()
    assert (ahead["verdict"], ahead["reason"], ahead["spent_kg"]) == ("unknown", "2027-01 has not begun", 0)


async def test_the_release_before_has_no_targets(client: httpx.AsyncClient, database_url: str) -> None:
    await put(client, WHOLE)
    database = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    with database.begin() as connection:
        to(connection, command.downgrade, "0015")
    database.dispose()
    migrate.upgrade(database_url)
    migrate.check(database_url)
    assert (await client.get("/targets")).json() == []
