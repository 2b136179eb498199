"""The calendar over HTTP: which days are like a Sunday, and from when on."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Audit = Callable[[], list[tuple[Any, ...]]]
NOTHING: dict[str, Any] = {"country": None, "subdivision": None, "extra_days": []}


async def test_without_being_told_no_day_is_closed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/calendar")).json() == {**NOTHING, "days": []}


async def test_a_calendar_names_the_days_of_this_year_and_the_next(client: httpx.AsyncClient) -> None:
    facts = {"country": "DE", "subdivision": "BY", "extra_days": ["2026-12-31", "2026-05-15", "2026-12-31"]}
    answer = await client.put("/calendar", json=facts)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["country"], told["subdivision"]) == ("DE", "BY")
    assert told["extra_days"] == ["2026-05-15", "2026-12-31"]
    days = {each["day"]: each["name"] for each in told["days"]}
    assert list(days) == sorted(days)
    assert days["2026-01-06"] == days["2027-01-06"] == "Epiphany"  # not in every part of Germany
    assert days["2026-05-15"] == "closed"
    assert {day[:4] for day in days} == {"2026", "2027"}
    assert "within 3,600 s; POST /baselines/recalculate does it now." in told.pop("taken_up")
    assert (await client.get("/calendar")).json() == told


async def test_a_new_calendar_replaces_the_old_one_and_both_are_on_the_trail(
    client: httpx.AsyncClient, audit: Audit
) -> None:
    await client.put("/calendar", json={"country": "DE", "extra_days": ["2026-05-15"]})
    assert (await client.put("/calendar", json={"country": "FR"})).json()["extra_days"] == []
    german = {**NOTHING, "country": "DE", "extra_days": ["2026-05-15"]}
    who = (1, "calendar.changed", "calendar", "1", "local")
    assert audit() == [(*who, {}, NOTHING, german), (*who, {}, german, {**NOTHING, "country": "FR"})]


@pytest.mark.parametrize(
    ("facts", "field", "told"),
    [
        ({"country": "XX"}, "country", "country 'XX' must be one of AD, AE, AF,"),
        ({"country": "de"}, "country", "country 'de' must be one of AD, AE, AF,"),
        ({"country": "DE", "subdivision": "XX"}, "subdivision", "'XX' of DE must be one of Augsburg, BB, BE,"),
        ({"country": "SG", "subdivision": "XX"}, "subdivision", "must be left out: SG is known as a whole."),
        ({"subdivision": "BY"}, "subdivision", "subdivision 'BY' needs the country it is part of."),
        ({"extra_days": [20260515]}, "extra_days", "must be a date written as YYYY-MM-DD"),
        ({"extra_days": ["2026-02-30"]}, "extra_days", "day value is outside expected range"),
        ({"extra_days": ["2026-05-15"] * 401}, "extra_days", "at most 400 items"),
        ({"region": "BY"}, "region", "Extra inputs are not permitted"),
    ],
)
async def test_what_is_no_calendar_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, facts: dict[str, Any], field: str, told: str
) -> None:
    refused = await client.put("/calendar", json=facts)
    assert refused.status_code == 422
    (problem,) = refused.json()["detail"]
    assert field in problem["loc"]
    assert told in problem["msg"]
    assert (await client.get("/calendar")).json() == {**NOTHING, "days": []}


async def test_every_tenant_has_its_own(client: httpx.AsyncClient, as_tenant: Callable[[int], None]) -> None:
    await client.put("/calendar", json={"country": "DE"})
    as_tenant(2)
    assert (await client.get("/calendar")).json()["country"] is None
