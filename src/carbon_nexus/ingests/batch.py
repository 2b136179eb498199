"""Single events and batches of them: all of a call in one transaction. Never commits."""

import asyncio
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.activities.rules import field_entry, row_entry
from carbon_nexus.activities.store import current_event_id
from carbon_nexus.activities.validate import Checked, validate
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import InvalidInput
from carbon_nexus.files.model import Kind
from carbon_nexus.files.parts import parts
from carbon_nexus.files.refusals import refusal
from carbon_nexus.ingests import store
from carbon_nexus.ingests.events import opened, row_of
from carbon_nexus.ingests.intake import take_in
from carbon_nexus.ingests.model import EVENT_SOURCE, MOST_EVENTS, Counts, Key, Status
from carbon_nexus.ingests.service import Asked, check, look
from carbon_nexus.mappings.model import Told
from carbon_nexus.mappings.recognise import recognise

UNNAMED = "events"
MOST_TOLD = 100  # events of a refused batch
JSON_KINDS = (Kind.JSON, Kind.NDJSON)


async def ingest_event(
    connection: AsyncConnection, tenant_id: int, event: dict[str, object], now: datetime, actor: str
) -> tuple[Counts, str]:
    """Ingests one event given as a JSON object, or as a CloudEvent; the counts and the event's external_id.

    Raises InvalidInput with one problem per refused field. No job is kept for a single event.
    """
    row = row_of(opened(event))
    mapping = recognise(row.columns, row, Told(), "field").required()
    checked = validate(row, pl.Series([1]), mapping, now, EVENT_SOURCE, mapping_is_kept=False)
    if checked.accepted.is_empty():
        problems = checked.rejected["problems"].to_list()[0] if checked.rejected.height else []
        raise InvalidInput([field_entry(each) for each in problems], "The event was not stored.")
    counts = await take_in(connection, tenant_id, checked, EVENT_SOURCE, now)
    external_id = str(checked.accepted["external_id"][0])
    if counts.stored:
        await record(connection, tenant_id, [Entry("events.ingested", "event", external_id, actor)])
    return counts, external_id


async def ingest_batch(
    connection: AsyncConnection, tenant_id: int, body: bytes, asked: Asked, path: Path, job_id: UUID, now: datetime,
    actor: str,
) -> tuple[Key, Counts]:  # fmt: skip
    """Ingests up to MOST_EVENTS events as JSON or NDJSON, wholly or not at all; the job that tells what became of them.

    `path` is where the batch may be kept while it is read. Raises InvalidInput where no event is acceptable.
    """
    sent = io.BytesIO(await asyncio.to_thread(_without_envelopes, body))
    facts, _, recognised = await look(connection, tenant_id, sent, asked, path)
    _refuse_others(facts.kind, facts.rows)
    mapping, source = recognised.required(), asked.source or EVENT_SOURCE
    checked = await asyncio.to_thread(
        lambda: _whole([check(part, mapping, now, source) for part in parts(path, facts)])
    )
    if checked.accepted.is_empty():
        raise _all_bad(checked.rejected)
    key = await store.open_job(
        connection, tenant_id, job_id, Status.COMPLETE,
        filename=asked.printable, source=asked.source, rows_total=checked.rows, actor=actor,
        mapping=mapping.to_json(), facts=facts.to_json() | {"notes": [*facts.notes, *recognised.notes]},
        first_event_id=await current_event_id(connection), created_at=now, finished_at=now,
    )  # fmt: skip
    counts = await take_in(connection, tenant_id, checked, source, now, key.row_id)
    await store.add_rejects(connection, key, checked.rejected)
    await store.add(connection, key, counts, now, last_event_id=await current_event_id(connection))
    details = {"rows_stored": counts.stored, "rows_rejected": counts.rejected, "rows_duplicate": counts.duplicate}
    entry = Entry(
        "events.ingested", "ingest_job", str(job_id), actor, asked.printable, details,
        after={"status": Status.COMPLETE},
    )  # fmt: skip
    await record(connection, tenant_id, [entry])
    return key, counts


def _without_envelopes(body: bytes) -> bytes:
    """The same batch with plain events in place of CloudEvents; other batches byte for byte."""
    if b'"specversion"' not in body:
        return body
    try:
        events = list(_listed(body))
    except orjson.JSONDecodeError:
        return body  # whoever reads it next names the line
    plain = [opened(event, at) if isinstance(event, dict) else event for at, event in enumerate(events)]
    return orjson.dumps(plain)


def _listed(body: bytes) -> Iterator[object]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        yield from (orjson.loads(line) for line in body.splitlines() if line.strip())
        return
    yield from document if isinstance(document, list) else [document]


def _refuse_others(kind: Kind, rows: int) -> None:
    if kind not in JSON_KINDS:
        raise refusal("not_json", f"The body is {kind}, not JSON.", "Upload files to /api/v1/ingest/upload.")
    if rows > MOST_EVENTS:
        detail = f"The batch has {rows:,} events; at most {MOST_EVENTS:,} are taken in one call."
        raise refusal("too_many_events", detail, "Send it in parts, or as a file to /api/v1/ingest/upload.")


def _whole(checked: list[Checked]) -> Checked:
    return Checked(pl.concat([part.accepted for part in checked]), pl.concat([part.rejected for part in checked]))


def _all_bad(rejected: pl.DataFrame) -> InvalidInput:
    rows = rejected.head(MOST_TOLD).iter_rows(named=True)
    entries = [row_entry(row["line"], row["problems"]) for row in rows]
    return InvalidInput(entries, "No event was acceptable, nothing was stored.")
