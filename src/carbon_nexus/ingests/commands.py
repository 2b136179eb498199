"""carbon-nexus ingest: a file from the command line, with a look at it before anything is stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.errors import InvalidInput
from carbon_nexus.ingests import answers
from carbon_nexus.ingests.preview import preview
from carbon_nexus.ingests.rejected import rejected_csv
from carbon_nexus.ingests.schemas import FilePreview
from carbon_nexus.ingests.service import Asked, open_file, read_on
from carbon_nexus.ingests.spool import Spool
from carbon_nexus.kit.clock import Clock
from carbon_nexus.mappings.model import Told
from carbon_nexus.mappings.service import put_preset

ACTOR = "cli"


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """FIELD=VALUE options by field. Raises InvalidInput for one without an equals sign, or a field given twice."""
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or name in found:
            wrong = "names its field twice" if equals else "has no ="
            message = f"{option} '{each}' {wrong}. Write it like {option} distance_km=VALUE."
            raise InvalidInput([{"type": "option", "loc": [option], "msg": message, "input": each}])
        found[name] = value
    return found


async def look_at(engine: AsyncEngine, spool: Spool, file: BinaryIO, asked: Asked, clock: Clock) -> FilePreview:
    """How the file would be read; stores nothing."""
    async with engine.connect() as connection:
        with spool.for_a_moment(uuid4()) as path:
            return await preview(connection, DEFAULT_TENANT_ID, file, asked, path, clock())


async def ingest(engine: AsyncEngine, spool: Spool, file: BinaryIO, asked: Asked, clock: Clock) -> dict[str, Any]:
    """Ingests the file; the job as it ended."""
    job_id = uuid4()
    with spool.held(job_id):
        key = await open_file(engine, spool, DEFAULT_TENANT_ID, file, asked, job_id, clock(), ACTOR)
        await read_on(engine, spool, key, clock)
    async with engine.connect() as connection:
        return await answers.told(connection, key.tenant_id, str(key.job_id))


async def keep_preset(engine: AsyncEngine, source: str, told: Told, clock: Clock) -> None:
    """Keeps what was told of a file as the preset of its source."""
    async with engine.begin() as connection:
        await put_preset(connection, DEFAULT_TENANT_ID, source, told, ACTOR, clock())


async def write_rejected(engine: AsyncEngine, job_id: str, target: Path) -> None:
    """Writes the rejected rows of a job to a file."""
    async with engine.connect() as connection:
        job = await answers.job_by_id(connection, DEFAULT_TENANT_ID, job_id)
    with target.open("w", encoding="utf-8", newline="") as file:
        async for lines in rejected_csv(engine, answers.key_of(job), (job["facts"] or {}).get("names", [])):
            file.write(lines)
