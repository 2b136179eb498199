"""POST /hotspots/backtest and carbon-nexus backtest, on what is on record."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import psycopg
import pytest
import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from carbon_nexus.baselines.model import MOMENT
from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots.backtest import OBSERVED_SCHEMA, WARM_UP, scored
from carbon_nexus.hotspots.backtest_commands import backtest
from carbon_nexus.hotspots.backtest_schemas import BacktestAnswer
from carbon_nexus.hotspots.model import Metric
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from tests.conftest import NOW
from tests.integration.scans.scanned import hourly, read, scanned, store, trips

ADAPTIVE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)
SINCE = NOW - timedelta(days=4)
START = NOW - timedelta(days=60)  # of what is on record
EVENTS = """
INSERT INTO predictions (tenant_id, event_id, prediction_type, predicted_co2, model_version, entity, entity_type,
    event_time, activity, activity_unit, filled)
SELECT 1, 10000 * %(number)s + n, 'factory', 100 * (1 + 0.02 * (n * 7919 %% 13 - 6) / 6)
    * CASE WHEN n BETWEEN 1200 AND 1219 AND %(number)s = 1 THEN 1.6 ELSE 1 END, 'test', %(entity)s, 'factory',
    %(start)s + n * interval '1 hour', 1, 'event', false
FROM generate_series(0, 1439) AS n
"""
DAYS = """
INSERT INTO emissions_entity_daily (tenant_id, day, entity, entity_type, event_type, co2e_kg, event_count)
SELECT 1, CAST(%s AS date) + n, 'F-1', 'factory', 'factory', CASE n WHEN 50 THEN 300 ELSE 100 + n * 7919 %% 13 END, 24
FROM generate_series(0, 60) AS n
"""
HOTSPOT = """
INSERT INTO hotspots (entity, entity_type, event_type, predicted_co2, baseline_co2, percent_above, severity, event_id,
    event_count, first_event_at, last_event_at, excess_kg, verdict, status)
VALUES (%s, 'factory', 'factory', 160, 100, 60, 'critical', 1, 5, %s, %s, 300, %s, 'resolved')
"""


@pytest.fixture
def factories(database_url: str) -> str:
    """Sixty days of F-1, with an excess of twenty hours, and of F-2, and what people marked; the database's URL."""
    with psycopg.connect(database_url) as connection:
        for number, entity in enumerate(("F-1", "F-2"), 1):
            connection.execute(EVENTS, {"number": number, "entity": entity, "start": START})
        connection.execute(DAYS, (START,))
        for entity, hour, verdict in (("F-1", 1205, "useful"), ("F-2", 1205, "useful"), ("F-2", 1300, "not_a_problem")):
            at = START + timedelta(hours=hour)
            connection.execute(HOTSPOT, (entity, at, at + timedelta(hours=3), verdict))
    return database_url


async def asked(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    response = await client.post("/hotspots/backtest", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_replay_finds_what_the_scan_found(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    loads = [10_000.0 + 40 * (hour * 7919 % 13 - 6) for hour in range(int((WARM_UP.days + 4) * 24))]
    excess = [hour for hour in range(len(loads)) if hour - WARM_UP.days * 24 in (20, 21, 22, 23, 24, 60)]
    told = hourly(SINCE - WARM_UP, [2_000.0 if hour in excess else load for hour, load in enumerate(loads)])
    await store(engine, trips(told[: WARM_UP.days * 24], "history"))
    await scanned(engine, None)
    for first in range(WARM_UP.days * 24, len(told), 7):
        await store(engine, trips(told[first : first + 7], f"live-{first}"))
        await scanned(engine, ADAPTIVE)
    live = await read(
        engine,
        "SELECT entity, kind, severity, first_event_at, CASE status WHEN 'resolved' THEN last_event_at END,"
        " event_count, percent_above, excess_kg FROM hotspots ORDER BY id DESC",
    )
    answer = await asked(client, **{"from": SINCE.isoformat()})
    # beside a median of eight weeks in life and the seasonal level here: how far above it is differs, what and when not
    names = ("entity", "kind", "severity", "opened", "ended", "event_count")
    replayed = BacktestAnswer.model_validate(answer).episodes
    assert [tuple(getattr(each, name) for name in names) for each in replayed] == [row[:6] for row in live]
    assert [row[3] for row in live] == [told[excess[5]][0], told[excess[0]][0]]
    for each, row in zip(replayed, live, strict=True):
        assert (each.ratio, each.excess_kg) == pytest.approx((1 + row[6] / 100, row[7]), rel=0.05)
    assert (answer["in_force"]["episodes"], answer["rule"]["episodes"]) == (2, 2)


async def test_chances_are_those_of_the_scan(engine: AsyncEngine) -> None:
    told = hourly(SINCE, [10_000.0 + 40 * (hour * 7919 % 13 - 6) for hour in range(96)])
    for first in (0, 40, 41):
        await store(engine, trips(told[first : {0: 40, 40: 41, 41: 96}[first]], f"part-{first}"))
        await scanned(engine, None)
    query = "SELECT 0, 0, event_time, predicted_co2, activity, chance_per_week FROM predictions ORDER BY event_time"
    kinds = OBSERVED_SCHEMA | {"event_time": MOMENT, "chance_per_week": pl.Float64()}
    recorded = pl.DataFrame(await read(engine, query), schema=kinds, orient="row")
    replayed = scored(recorded.drop("chance_per_week"), Metric.INTENSITY)
    assert replayed["chance_per_week"].fill_nan(None).to_list() == recorded["chance_per_week"].to_list()


async def test_a_rule_is_told_beside_the_one_in_force_and_the_original(
    client: httpx.AsyncClient, factories: str
) -> None:
    answer = await asked(client, last="30 d", policy={"kind": "adaptive", "info": 1.2})
    since = NOW - timedelta(days=30)
    assert datetime.fromisoformat(answer["from"]) == since
    assert datetime.fromisoformat(answer["warm_up_from"]) == since - WARM_UP
    assert (answer["typical"], answer["entities"]) == ("seasonal baseline as of each moment", 2)
    assert (answer["observations"], answer["compared"], answer["reason"]) == (1440, 1440, None)
    assert answer["entity_weeks"] == pytest.approx(62 / 7)  # thirty days from noon to noon touch one more
    rule, original, in_force = (answer[name] for name in ("rule", "original", "in_force"))
    assert (rule["policy"]["info"], rule["policy"]["warn"], original["policy"]["kind"]) == (1.2, 1.25, "ratio")
    assert (rule["episodes"], rule["by_entity"]) == (1, {"F-1": 1})
    assert rule["marked"] == {
        "useful": 2, "useful_found": 1, "recall": 0.5, "not_a_problem": 1, "opened_again": 0
    }  # fmt: skip
    assert (original["episodes"], original["days"]) == (2, 62)
    assert (original["marked"]["recall"], original["marked"]["opened_again"]) == (1.0, 1)
    assert (in_force["episodes"], in_force["by_entity"], in_force["excess_kg"]) == (3, {"F-2": 2, "F-1": 1}, 900)
    (episode,) = answer["episodes"]
    assert episode == episode | {"entity": "F-1", "kind": "sustained", "severity": "critical"}
    assert datetime.fromisoformat(episode["opened"]) == START + timedelta(hours=1200)


@pytest.mark.parametrize(
    ("chosen", "observations", "reason"),
    [
        ({"entity": "F-2"}, 720, None),
        ({"entity_type": "factory", "event_type": "factory"}, 1440, None),
        ({"match": ["entity ~ *-2", "event_type != warehouse"]}, 720, None),
        ({"match": ["metric = absolute"]}, 0, "nobody chosen reported in that time"),
        ({"match": ["metric = absolute", "entity ~ F-*"], "metric": "absolute"}, 29, None),
        ({"match": ["entity ~ X-*"], "metric": "absolute"}, 0, "nobody chosen reported in that time"),
        ({"entity": "nobody"}, 0, "nobody chosen reported in that time"),
        ({"from": START.isoformat(), "to": (START + timedelta(hours=5)).isoformat()}, 10, "no series has the ten"),
    ],
)
async def test_only_those_chosen_are_tried(
    client: httpx.AsyncClient, factories: str, chosen: dict[str, Any], observations: int, reason: str | None
) -> None:
    told = chosen if "from" in chosen else chosen | {"last": "30 d"}
    answer = await asked(client, **told)
    assert answer["observations"] == observations
    assert str(answer["reason"]).startswith(str(reason))
    assert (answer["rule"]["episodes_per_entity_week"] is None) == (observations == 0)


async def test_days_are_tried_by_their_sums(client: httpx.AsyncClient, factories: str) -> None:
    answer = await asked(client, metric="absolute", last="30 d")
    (episode,) = answer["episodes"]
    assert datetime.fromisoformat(episode["opened"]).date() == (START + timedelta(days=50)).date()
    assert (answer["original"]["episodes"], answer["in_force"]["episodes"]) == (0, 0)
    assert answer["observations"] == 29  # the day that goes on has no sum yet, and noon is no day's beginning


async def test_values_that_were_estimated_are_no_observations(client: httpx.AsyncClient, factories: str) -> None:
    with psycopg.connect(factories) as connection:
        connection.execute("UPDATE predictions SET filled = true WHERE predicted_co2 > 110")
    answer = await asked(client, last="30 d")
    assert (answer["observations"], answer["compared"], answer["rule"]["episodes"]) == (1440, 1420, 0)


async def test_nothing_is_written_and_other_tenants_are_not_seen(
    client: httpx.AsyncClient, factories: str, engine: AsyncEngine
) -> None:
    before = await read(engine, "SELECT count(*), max(updated_at) FROM hotspots")
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (id, name) VALUES (2, 'other') ON CONFLICT DO NOTHING"))
        await connection.execute(text("UPDATE predictions SET tenant_id = 2 WHERE entity = 'F-1'"))
    answer = await asked(client, last="30 d")
    assert (answer["observations"], answer["rule"]["episodes"]) == (720, 0)
    assert await read(engine, "SELECT count(*), max(updated_at) FROM hotspots") == before
    assert await read(engine, "SELECT count(*) FROM audit_logs") == [(0,)]


async def test_too_much_at_once_is_refused_with_its_count(
    client: httpx.AsyncClient, factories: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carbon_nexus.hotspots.backtest_service.MOST_OBSERVATIONS", 2000)
    response = await client.post("/hotspots/backtest", json={"last": "30 d"})
    assert response.status_code == 422
    (problem,) = response.json()["detail"]
    assert (problem["input"], problem["loc"]) == (2784, ["body"])
    assert "2,784 observations from 2026-01-19 12:00" in problem["msg"]
    assert problem["msg"].endswith(
        "2,000 are the most. Choose a shorter time, or one entity, entity_type or event_type."
    )


async def test_a_question_with_a_mistake_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/hotspots/backtest", json={"policy": {"info": 9}})
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "policy", "info"]


async def test_conditions_choose_whom_the_record_is_of_too(client: httpx.AsyncClient, factories: str) -> None:
    answer = await asked(client, last="30 d", match=["entity = F-2"])
    assert (answer["in_force"]["by_entity"], answer["rule"]["marked"]["useful"]) == ({"F-2": 2}, 1)


@pytest.mark.parametrize("condition", ["severity = critical", "entity == F-1", "F-1"])
async def test_a_condition_that_no_rule_can_have_is_refused_where_it_stands(
    client: httpx.AsyncClient, condition: str
) -> None:
    response = await client.post("/hotspots/backtest", json={"match": ["entity = F-1", condition]})
    assert response.status_code == 422
    (problem,) = response.json()["detail"]
    assert (problem["loc"], problem["input"]) == (["body", "match", 1], condition)


def run(*words: str) -> str:
    commands = typer.Typer()
    commands.command()(backtest)
    done = CliRunner(env={"COLUMNS": "200"}).invoke(commands, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_tells_the_same(factories: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env
    monkeypatch.setenv("DATABASE_URL", factories)
    since = f"{(datetime.now(UTC) - NOW).days + 30}d"
    told = json.loads(run("--policy", "ratio", "--info", "1.2", "--warn", "1.3", "--last", since, "--json"))
    assert (told["rule"]["episodes"], told["rule"]["policy"]["info"], told["in_force"]["episodes"]) == (1, 1.2, 3)
    shown = run("--policy", "adaptive", "--last", since, "--entity", "F-1", "--false-alarms", "0.1")
    assert "original ratio rule" in shown
    assert "sustained" in shown
    assert "1 of 1" in shown
    with pytest.raises(InvalidInput, match=r"policy\.info 5\.0 must not be above warn"):
        run("--policy", "adaptive", "--info", "5")
