"""docs/audit.md: its check of an export runs, its tables are complete."""

import contextlib
import io
from pathlib import Path

import httpx
import pytest

from carbon_nexus.audit.model import Problem
from carbon_nexus.audit.schemas import AuditEntry
from tests.docs.pages import ROOT, blocks, code_in, rows_under
from tests.integration.audit.conftest import Behind, Recorded

PAGE = ROOT / "docs" / "audit.md"


def checked(export: bytes) -> str:
    """What the page's own program says of an export in this directory."""
    Path("audit.ndjson").write_bytes(export)
    (program,) = [block.text for block in blocks(PAGE) if block.language == "python"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(program, str(PAGE), "exec"), {})
    return said.getvalue()


async def test_the_shown_program_verifies_an_export_and_finds_what_was_altered(
    client: httpx.AsyncClient, recorded: Recorded, behind: Behind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await recorded(3)
    good = (await client.get("/audit/export")).content
    head = (await client.get("/audit/verify")).json()["head"]
    assert checked(good) == f"intact up to position 3: {head['hash']}\n"
    said_otherwise = good.replace(b'"user_id":"ann"', b'"user_id":"bob"', 1)
    with pytest.raises(AssertionError, match="position 1 says otherwise"):
        checked(said_otherwise)
    with pytest.raises(AssertionError, match="something is missing before position 3"):
        checked(b"".join(good.splitlines(keepends=True)[::2]))
    behind("UPDATE audit_logs SET notes = 'x' WHERE id = 2")
    altered = (await client.get("/audit/export")).content
    with pytest.raises(AssertionError, match="altered: position 2"):
        checked(altered)


def test_every_problem_and_every_field_is_named() -> None:
    assert {code_in(row[0])[0] for row in rows_under(PAGE, "Verifying")} == set(Problem)
    fields = {name for row in rows_under(PAGE, "Reading it") for name in code_in(row[0])}
    assert fields == set(AuditEntry.model_fields) - {"id", "timestamp"}
