"""Hashes told outside: to a file or an https:// address, once for each time a chain has grown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from loguru import logger
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner, Result

from carbon_nexus.audit.commands import audit
from carbon_nexus.audit.jobs import anchor_all_tenants
from carbon_nexus.errors import InvalidInput, StartRefused, Unavailable
from carbon_nexus.kit.clock import Clock
from tests.conftest import NOW
from tests.integration.audit.conftest import Behind, Recorded
from tests.integration.notifications.listening import AUTHORITY, Answer, Listening, listening


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine trusts the test's own certificates."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "trusted.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    return tmp_path / "anchors.ndjson"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_the_head_of_every_chain_that_has_grown_is_a_line_of_the_file(
    engine: AsyncEngine, recorded: Recorded, anchors: Path, clock: Clock
) -> None:
    await recorded(2)
    await recorded(1, tenant_id=2)
    for _ in range(2):
        await anchor_all_tenants(engine, str(anchors), clock)
    await recorded(1)
    await anchor_all_tenants(engine, str(anchors), clock)
    told = lines(anchors)
    assert [(each["tenant_id"], each["position"]) for each in told] == [(1, 2), (2, 1), (1, 3)]
    async with engine.connect() as connection:
        hashes = await connection.execute(text("SELECT encode(hash, 'hex') FROM audit_heads ORDER BY tenant_id"))
        assert [told[2]["hash"], told[1]["hash"]] == list(hashes.scalars())
    assert {each["at"] for each in told} == {NOW.isoformat()}


@pytest.mark.usefixtures("trusting")
async def test_an_address_is_told_the_same_as_json_and_again_when_it_did_not_answer_well(
    engine: AsyncEngine, recorded: Recorded, clock: Clock
) -> None:
    await recorded(2)
    with listening(Answer(503), Answer(201), tls=True) as server:
        for _ in range(3):
            await anchor_all_tenants(engine, _address(server), clock)
    assert [call.headers["Content-Type"] for call in server.calls] == ["application/json"] * 2
    first, second = (json.loads(call.body) for call in server.calls)
    assert (first["tenant_id"], first["position"], second) == (1, 2, first)


@pytest.mark.parametrize("target", ["https://localhost:1/?token=hunter2", "/proc/no/such/place"])
async def test_what_does_not_get_through_is_logged_without_the_address_and_told_next_time(
    engine: AsyncEngine, recorded: Recorded, anchors: Path, clock: Clock, target: str, logged: list[str]
) -> None:
    await recorded(1)
    await anchor_all_tenants(engine, target, clock)
    assert "the audit trail of tenant 1 is not anchored: " in "".join(logged)
    assert "hunter2" not in "".join(logged)
    await anchor_all_tenants(engine, str(anchors), clock)
    assert len(lines(anchors)) == 1


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path, anchors: Path) -> None:
    """Commands find the test's database with entries of two tenants, an anchor, and no .env."""
    names = "tenant_id, action, entity_type, entity_id, user_id"
    with psycopg.connect(database_url) as connection:
        for tenant_id in (1, 1, 2):
            connection.execute(f"INSERT INTO audit_logs ({names}) VALUES ({tenant_id}, 'a', 'b', 'c', 'd')".encode())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("AUDIT_ANCHOR", str(anchors))


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "240"}).invoke(audit, words, catch_exceptions=False)


def test_the_command_anchors_now_and_verifies_against_it(behind: Behind, anchors: Path, command: None) -> None:
    told = json.loads(run("anchor", "--json").stdout)["anchored"]
    assert [(each["tenant_id"], each["position"]) for each in told] == [(1, 2), (2, 1)]
    fine = run("verify", "--anchors", str(anchors), "--json")
    assert fine.exit_code == 0
    assert [(each["tenant_id"], each["entries"], each["anchors"]) for each in json.loads(fine.stdout)["tenants"]] == [
        (1, 2, 1), (2, 1, 1),
    ]  # fmt: skip
    behind("UPDATE audit_logs SET user_id = 'bob' WHERE id = 2")
    assert run("verify").exit_code == 1
    assert "altered_entry: The entry 2 at position 2 is not what was hashed" in run("verify").stdout
    broken = json.loads(run("verify", "--json").stdout)
    assert (broken["intact"], broken["tenants"][0]["broken"]["audit_id"]) == (False, 2)
    behind("DELETE FROM audit_logs; DELETE FROM audit_chain; DELETE FROM audit_heads")
    assert run("verify").exit_code == 0
    assert run("verify", "--anchors", str(anchors)).exit_code == 1


def test_the_commands_say_what_is_missing(anchors: Path, command: None, monkeypatch: pytest.MonkeyPatch) -> None:
    anchors.write_text('{"tenant_id": 1}\n')
    with pytest.raises(InvalidInput, match="Line 1 is no anchor"):
        run("verify", "--anchors", str(anchors))
    monkeypatch.setenv("AUDIT_ANCHOR", "/proc/no/such/place")
    with pytest.raises(Unavailable, match="cannot write to /proc/no/such/place: No such file"):
        run("anchor")
    monkeypatch.delenv("AUDIT_ANCHOR")
    with pytest.raises(StartRefused, match="AUDIT_ANCHOR is not set"):
        run("anchor")


def _address(server: Listening) -> str:
    return f"https://localhost:{server.port}/hook"


@pytest.fixture
def logged() -> Iterator[list[str]]:
    told: list[str] = []
    number = logger.add(told.append, format="{message}")
    yield told
    logger.remove(number)
