"""Whatever is changed behind the application's back is found, and the first broken place is named."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit.model import Broken, Head, Problem, Verdict
from carbon_nexus.audit.service import verify
from carbon_nexus.audit.store import record
from carbon_nexus.audit.verify_store import heads
from tests.integration.audit.conftest import Behind, Recorded, entries

INSERT = "INSERT INTO audit_logs ({}action, entity_type, entity_id, user_id) VALUES ({}'a', 'b', 'c', 'd')"
ALTER = "UPDATE audit_logs SET user_id = 'bob' WHERE id = {}"
DELETE = "DELETE FROM audit_logs WHERE id = {}"
REWRITE = """
DO $$ DECLARE head bytea := ''; link record; BEGIN
    FOR link IN SELECT c.position, l.* FROM audit_chain c JOIN audit_logs l ON l.id = c.audit_id ORDER BY 1 LOOP
        SELECT sha256(head || convert_to(audit_content(l), 'UTF8')) INTO head FROM audit_logs l WHERE l.id = link.id;
        UPDATE audit_chain SET hash = head WHERE position = link.position;
    END LOOP;
    UPDATE audit_heads SET hash = head;
END $$
"""


async def verdict(engine: AsyncEngine, *anchors: Head) -> Verdict:
    async with engine.connect() as connection:
        return await verify(connection, 1, anchors)


async def broken(engine: AsyncEngine, *anchors: Head) -> Broken:
    found = (await verdict(engine, *anchors)).broken
    assert found is not None
    return found


async def test_a_row_altered_behind_the_applications_back_is_named(
    engine: AsyncEngine, recorded: Recorded, behind: Behind
) -> None:
    await recorded(5)
    assert (await verdict(engine)).intact
    behind("UPDATE audit_logs SET metadata = jsonb_set(metadata, '{n}', '30') WHERE id = 3")
    found = await broken(engine)
    assert (found.problem, found.position, found.audit_id, found.action) == (
        Problem.ALTERED_ENTRY, 3, 3, "thing.changed",
    )  # fmt: skip
    assert found.detail.startswith("The entry 3 at position 3 is not what was hashed into the chain")


@pytest.mark.parametrize("column", ["tenant_id = 2", "action = 'x'", "entity_type = 'x'", "entity_id = 'x'",
    "user_id = 'x'", "notes = NULL", "notes = ''", "metadata = '{}'", "before = NULL", "after = '{\"v\": 9}'",
    "timestamp = timestamp + interval '1 microsecond'"])  # fmt: skip
async def test_no_column_can_be_altered_unseen(
    engine: AsyncEngine, recorded: Recorded, behind: Behind, column: str
) -> None:
    await recorded(3)
    behind(f"UPDATE audit_logs SET {column} WHERE id = 2")
    assert (await broken(engine)).position == 2


@pytest.mark.parametrize(
    ("done", "problem", "position", "audit_id"),
    [
        (ALTER.format(5), Problem.ALTERED_ENTRY, 5, 5),
        (DELETE.format(2), Problem.MISSING_ENTRY, 2, 2),
        ("DELETE FROM audit_chain WHERE position IN (2, 3)", Problem.MISSING_LINK, 2, None),
        (f"DELETE FROM audit_chain WHERE position = 1; {DELETE.format(1)}", Problem.MISSING_LINK, 1, None),
        ("UPDATE audit_chain SET hash = sha256('x') WHERE position = 2", Problem.ALTERED_HASH, 2, 2),
        ("UPDATE audit_chain SET hash = sha256('x') WHERE position = 5", Problem.ALTERED_HASH, 5, 5),
        ("DELETE FROM audit_chain WHERE position > 3; DELETE FROM audit_logs WHERE id > 3", Problem.CUT_OFF, 4, None),
        ("DELETE FROM audit_chain; DELETE FROM audit_logs", Problem.CUT_OFF, 1, None),
        ("UPDATE audit_heads SET position = 3", Problem.ALTERED_HEAD, 5, 5),
        ("UPDATE audit_heads SET hash = ''", Problem.ALTERED_HEAD, 5, 5),
        ("DELETE FROM audit_heads", Problem.ALTERED_HEAD, 5, 5),
        (INSERT.format("", ""), Problem.UNLINKED_ENTRY, None, 6),
        (INSERT.format("id, ", "900, "), Problem.UNLINKED_ENTRY, None, 900),
        (f"{ALTER.format(2)}; {DELETE.format(4)}", Problem.ALTERED_ENTRY, 2, 2),
    ],
)  # fmt: skip
async def test_the_first_broken_place_is_named(
    engine: AsyncEngine, recorded: Recorded, behind: Behind, done: str, problem: Problem, position: int | None,
    audit_id: int | None,
) -> None:  # fmt: skip
    await recorded(5)
    behind(done)
    found = await broken(engine)
    assert (found.problem, found.position, found.audit_id) == (problem, position, audit_id)
    assert found.detail.endswith(".")


async def test_an_entry_put_there_unlinked_stays_so_when_others_follow(
    engine: AsyncEngine, recorded: Recorded, behind: Behind
) -> None:
    await recorded(1)
    behind(INSERT.format("id, ", "900, "))
    async with engine.begin() as connection:
        await record(connection, 1, entries(2))
    assert ((await verdict(engine)).entries, (await broken(engine)).audit_id) == (3, 900)


async def test_a_chain_written_anew_is_found_by_what_was_told_outside_and_by_that_alone(
    engine: AsyncEngine, recorded: Recorded, behind: Behind
) -> None:
    await recorded(3)
    async with engine.connect() as connection:
        (told,) = await heads(connection, moved=True)
    await recorded(2)
    assert (await verdict(engine, told)).anchors == 1
    assert (await verdict(engine, told)).intact
    behind(f"{ALTER.format(2)}; {REWRITE}")
    assert (await verdict(engine)).intact
    found = await broken(engine, told)
    assert (found.problem, found.position, found.audit_id) == (Problem.NOT_AS_ANCHORED, 3, 3)


async def test_a_trail_that_is_gone_is_found_by_what_was_told_outside(engine: AsyncEngine) -> None:
    found = await broken(engine, Head(1, 7, b"x" * 32), Head(2, 9, b"x" * 32))
    assert (found.problem, found.position, found.audit_id) == (Problem.NOT_AS_ANCHORED, 7, None)
    assert await verdict(engine) == Verdict(1, 0, None, None)
