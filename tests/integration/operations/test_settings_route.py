"""GET /settings: what an engine runs with, whoever asks, and never a secret."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from carbon_nexus.app import create_app
from carbon_nexus.db.engine import make_engine
from carbon_nexus.operations.configured import told as configured
from carbon_nexus.settings import KEYS, Settings
from tests.conftest import NOW

HIDDEN = "hush-hush-hush-hush"
EVERY_SECRET = {
    "api_keys": [HIDDEN],
    "audit_anchor": f"https://worm.example.com/{HIDDEN}",
    "data_core_url": f"http://core:{HIDDEN}@data.example.com:8002",
    "database_url": f"postgresql://carbon:{HIDDEN}@db.example.com:6543/nexus?sslmode=require",
    "embedding_api_key": HIDDEN,
    "llm_api_key": HIDDEN,
    "llm_url": f"https://llm.example.com/v1?key={HIDDEN}",
    "ml_engine_key": HIDDEN,
    "ml_engine_url": f"http://{HIDDEN}@ml.example.com",
    "redis_url": f"redis://:{HIDDEN}@redis.example.com:6379/0",
    "supabase_service_key": HIDDEN,
}


async def told(settings: Settings, database_url: str, **headers: str) -> httpx.Response:
    app = create_app(settings, database_url, clock=lambda: NOW)
    # the application is not started: neither this Redis nor these services are there
    app.state.engine = make_engine(database_url)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        answer = await client.get("/settings", headers=headers)
    await app.state.engine.dispose()
    return answer


def by_variable(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    return {each["variable"]: each for each in answer.json()["settings"]}


async def test_an_engine_as_installed_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/settings")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["database"]["kind"], body["database"]["host"]) == ("embedded", None)
    assert body["database"]["version"][:2].isdecimal()
    assert (body["keys_needed"], body["actor"]) == (False, "local")
    assert (body["live_by"], body["live_kept_hours"]) == ("postgresql", 24)
    region, interval = (by_variable(answer)[name] for name in ("GRID_REGION", "HOTSPOT_CHECK_INTERVAL"))
    assert (region["value"], region["is_set"], interval["value"]) == ("GB", False, 300)
    assert region["about"].startswith("Grid of electricity")
    assert set(by_variable(answer)) == {name.upper() for name in Settings.model_fields}


async def test_no_secret_is_told_and_no_login_of_an_address(short_dir: Path, database_url: str) -> None:
    settings = Settings(_env_file=None, carbon_nexus_data_dir=short_dir / "unused", **EVERY_SECRET)  # type: ignore[arg-type]
    answer = await told(settings, database_url, Authorization=f"Bearer {HIDDEN}")
    assert answer.status_code == 200
    assert HIDDEN not in answer.text
    found = by_variable(answer)
    assert all(found[name]["secret"] and found[name]["is_set"] and found[name]["value"] is None for name in KEYS)
    assert found["ML_ENGINE_URL"]["value"] == "http://ml.example.com"
    assert found["LLM_URL"]["value"] == "https://llm.example.com/v1"
    database = answer.json()["database"]
    assert (database["kind"], database["host"], database["port"]) == ("own", "db.example.com", 6543)
    assert (database["name"], answer.json()["live_by"]) == ("nexus", "redis")


async def test_the_caller_is_told_under_which_name_they_act(settings: Settings, database_url: str) -> None:
    keyed = Settings(
        _env_file=None, carbon_nexus_data_dir=settings.carbon_nexus_data_dir, api_keys=[HIDDEN, "another-key-of-16"]
    )
    first = (await told(keyed, database_url, Authorization=f"Bearer {HIDDEN}")).json()
    second = (await told(keyed, database_url, Authorization="Bearer another-key-of-16")).json()
    assert first["keys_needed"]
    assert first["actor"].startswith("key-")
    assert first["actor"] != second["actor"]
    assert (await told(keyed, database_url)).status_code == 401


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql:///nexus?host=/run/pg", "/run/pg", None),
        ("postgresql://a.example,b.example:5433/nexus", "a.example,b.example", None),
    ],
)
def test_a_database_found_by_other_ways(url: str, host: str, port: int | None) -> None:
    database = configured(Settings(_env_file=None, database_url=url), "17.2", "local").database
    assert (database.host, database.port, database.name) == (host, port, "nexus")
