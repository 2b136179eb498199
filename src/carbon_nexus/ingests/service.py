"""A file from its arrival to its last row: each part of it is one transaction, and a killed job goes on after the last.

A file is refused as a whole (InvalidInput, nothing stored, no job) when it cannot be read, its columns do not tell an
event, or it has no rows. A job whose every row was rejected has failed; its rows can be fetched, mended and sent again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.rejects import misfits
from carbon_nexus.activities.service import prepared
from carbon_nexus.activities.store import current_event_id
from carbon_nexus.activities.validate import Checked, validate
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import InvalidInput
from carbon_nexus.files.model import Facts, Part
from carbon_nexus.files.parts import parts
from carbon_nexus.files.receive import receive
from carbon_nexus.files.refusals import refusal
from carbon_nexus.ingests import store
from carbon_nexus.ingests.intake import take_in
from carbon_nexus.ingests.model import (
    FILE_SOURCE,
    INGEST_TASK,
    LONGEST_FILENAME,
    OPEN,
    SAMPLE_ROWS,
    Counts,
    Key,
    Status,
)
from carbon_nexus.ingests.spool import Spool
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.jobs import defer
from carbon_nexus.mappings.model import Recognised, Told
from carbon_nexus.mappings.recognise import recognise
from carbon_nexus.mappings.service import preset_of

T = TypeVar("T")
NOTHING_GOOD = {
    "type": "no_row_acceptable", "loc": ["file"], "msg": "No row was acceptable, nothing was stored.", "input": None,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the sender says of a file: its name, its data source, how to read it. A named source brings its preset."""

    filename: str
    source: str | None = None
    told: Told = field(default_factory=Told)
    encoding: str | None = None

    @property
    def printable(self) -> str:
        """The name as it is kept."""
        return self.filename.replace("\x00", "")[:LONGEST_FILENAME]


async def look(
    connection: AsyncConnection, tenant_id: int, sent: BinaryIO, asked: Asked, path: Path
) -> tuple[Facts, Part, Recognised]:
    """What a file holds and how its columns are understood; its first rows. The copy made at `path` stays.

    Raises InvalidInput where it cannot be read or has no rows.
    """
    facts = await asyncio.to_thread(receive, sent, path, asked.encoding)
    first = await asyncio.to_thread(first_part, path, facts)
    preset = await preset_of(connection, tenant_id, asked.source) if asked.source else None
    sample = first.frame.head(SAMPLE_ROWS)
    return facts, first, await asyncio.to_thread(recognise, facts.names, sample, asked.told.over(preset))


def first_part(path: Path, facts: Facts) -> Part:
    """The first rows of a received file. Raises InvalidInput where there are none."""
    first = next(parts(path, facts), None)
    if first is None or not first.frame.height + first.misfits.height:
        raise refusal("no_rows", "The file has a header but no rows.", "Add at least one row below the header.")
    return first


async def open_file(
    engine: AsyncEngine, spool: Spool, tenant_id: int, sent: BinaryIO, asked: Asked, job_id: UUID, now: datetime,
    actor: str, *, deferred: bool = False,
) -> Key:  # fmt: skip
    """Takes a file in and opens its job; `deferred` leaves the reading to a worker that has the same data directory."""
    path = spool.path(job_id)
    try:
        async with engine.begin() as connection:
            facts, _, recognised = await look(connection, tenant_id, sent, asked, path)
            mapping = recognised.required()
            status = Status.QUEUED if deferred else Status.PROCESSING
            key = await store.open_job(
                connection, tenant_id, job_id, status,
                filename=asked.printable, source=asked.source, rows_total=facts.rows, actor=actor,
                mapping=mapping.to_json(), facts=facts.to_json() | {"notes": [*facts.notes, *recognised.notes]},
                first_event_id=await current_event_id(connection), created_at=now, updated_at=now,
            )  # fmt: skip
            opened = Entry(
                "ingest.opened", "ingest_job", str(job_id), actor, asked.printable, {"source": asked.source},
                after={"status": status},
            )  # fmt: skip
            await record(connection, tenant_id, [opened])
            if deferred:
                await defer(connection, INGEST_TASK, job_id=str(job_id))
    except BaseException:
        spool.remove(job_id)
        raise
    return key


async def read_on(engine: AsyncEngine, spool: Spool, key: Key, clock: Clock) -> Counts:
    """Reads a job's file from where it stopped to its end, or until the job is cancelled; what became of these rows.

    The caller holds the file.
    An outage of the database leaves the job open and its file in place, so that it goes on later.
    """
    async with engine.begin() as connection:
        job = await store.lock_job(connection, key)
        if job["status"] in OPEN:
            await store.change(connection, key, clock(), status=Status.PROCESSING)
        if job["status"] == Status.QUEUED:
            await record(connection, key.tenant_id, [_entry("ingest.started", job, Status.PROCESSING)])
    counts = Counts()
    if job["status"] in OPEN:
        mapping, facts = Mapping.from_json(job["mapping"]), Facts.from_json(job["facts"])
        source = job["source"] or FILE_SOURCE
        checked = _checked(spool.path(key.job_id), facts, job["parts_done"], mapping, source, clock)
        try:
            counts = await _read(engine, key, checked, job["parts_done"], source, clock)
        except InvalidInput as refused:
            await _fail(engine, key, refused, clock())
    spool.remove(key.job_id)
    return counts


def _checked(path: Path, facts: Facts, done: int, mapping: Mapping, source: str, clock: Clock) -> Iterator[Checked]:
    for part in parts(path, facts, skip=done):
        checked = check(part, mapping, clock(), source)
        yield replace(checked, accepted=prepared(checked.accepted))


def check(part: Part, mapping: Mapping, now: datetime, source: str) -> Checked:
    """The rows of a part as events and rejects; what was no row at all is among the rejects, by line."""
    checked = validate(part.frame, part.lines, mapping, now, source)
    if part.misfits.is_empty():
        return checked
    return replace(checked, rejected=pl.concat([checked.rejected, misfits(part.misfits)]).sort("line"))


async def _read(
    engine: AsyncEngine, key: Key, checked: Iterator[Checked], number: int, source: str, clock: Clock
) -> Counts:
    total = Counts()
    async for part in _one_ahead(checked):
        async with engine.begin() as connection:
            job = await store.lock_job(connection, key)
            if job["status"] != Status.PROCESSING or job["parts_done"] != number:
                return total  # cancelled, or read by somebody else
            await store.flush_later(connection)
            counts = await take_in(connection, key.tenant_id, part, source, clock(), key.row_id)
            await store.add_rejects(connection, key, part.rejected)
            last = await current_event_id(connection)
            await store.add(connection, key, counts, clock(), parts_done=number + 1, last_event_id=last)
        number, total = number + 1, total + counts
    async with engine.begin() as connection:
        await _conclude(connection, key, clock())
    return total


async def _one_ahead(parts: Iterator[T]) -> AsyncIterator[T]:
    """The parts, each made in a thread while the one before it is being stored."""
    coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
    try:
        while (part := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
            yield part
    finally:
        with suppress(Exception):  # a thread cannot be stopped, and the file must not vanish below it
            await coming


async def _conclude(connection: AsyncConnection, key: Key, now: datetime) -> None:
    job = await store.lock_job(connection, key)
    if job["status"] != Status.PROCESSING:
        return
    good = job["rows_stored"] + job["rows_duplicate"] > 0
    columns = {} if good else {"errors": [*job["errors"], NOTHING_GOOD]}
    status = Status.COMPLETE if good else Status.FAILED
    await store.change(
        connection, key, now, status=status, rows_total=job["rows_processed"], finished_at=now, **columns
    )
    await record(connection, key.tenant_id, [_entry(f"events.{'ingested' if good else 'refused'}", job, status)])


async def _fail(engine: AsyncEngine, key: Key, refused: InvalidInput, now: datetime) -> None:
    """The file turned out unreadable after some parts of it; these stay stored, and can be undone."""
    async with engine.begin() as connection:
        job = await store.lock_job(connection, key)
        errors = [*job["errors"], *refused.problems]
        await store.change(connection, key, now, status=Status.FAILED, errors=errors, finished_at=now)
        await record(connection, key.tenant_id, [_entry("events.refused", job, Status.FAILED)])


def _entry(action: str, job: dict[str, object], status: Status) -> Entry:
    names = ("rows_processed", "rows_stored", "rows_rejected", "rows_duplicate")
    return Entry(
        action, "ingest_job", str(job["job_id"]), str(job["actor"]), str(job["filename"]),
        {name: job[name] for name in names}, before={"status": job["status"]}, after={"status": status},
    )  # fmt: skip
