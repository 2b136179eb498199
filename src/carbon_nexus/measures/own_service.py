"""Load, check, save: a tenant's own measures beside the packaged ones, changes with audit entries. Never commits."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict
from carbon_nexus.kit.jobs import defer_each
from carbon_nexus.measures import own, own_store
from carbon_nexus.measures.combine import end_use_of
from carbon_nexus.measures.library import LIBRARY, measure, measures
from carbon_nexus.measures.model import Measure, UnknownMeasure

INDEX_TASK, INDEX_QUEUE = "index_measures", "documents"  # makes what is told of them searchable: the room above does
MOST_OWN = 500  # of a tenant: each is simulated for every hotspot
Row = Mapping[str, Any]
_NEW = "POST /measures makes a new one."


async def measures_of(connection: AsyncConnection, tenant_id: int) -> list[Measure]:
    """The packaged measures and the tenant's own in their last version, without those that are retired."""
    stored = await own_store.newest(connection, tenant_id)
    return [*measures(), *(_measure(row) for row in stored if row["retired_at"] is None)]


async def answers(connection: AsyncConnection, tenant_id: int) -> list[dict[str, Any]]:
    """The same measures as they are shown."""
    stored = await own_store.newest(connection, tenant_id)
    return [*map(_packaged, measures()), *(_answer(row) for row in stored if row["retired_at"] is None)]


async def answer(
    connection: AsyncConnection, tenant_id: int, measure_id: str, version: int | None = None
) -> dict[str, Any]:
    """One measure as it is shown, a tenant's own in this or its last version, retired or not. Raises UnknownMeasure."""
    number = own.number_of(measure_id)
    if number is None:
        return _packaged(measure(measure_id))
    row = await own_store.find(connection, tenant_id, number, version)
    if row is None:
        raise _none_of(measure_id, version)
    return _answer(row)


async def create(connection: AsyncConnection, tenant_id: int, spec: Row, actor: str, now: datetime) -> dict[str, Any]:
    """Store a new measure in its first version. Raises InvalidInput, and Conflict where there are too many."""
    own.check(spec)
    await own_store.lock(connection, tenant_id)
    stored = await own_store.newest(connection, tenant_id)
    if sum(row["retired_at"] is None for row in stored) >= MOST_OWN:
        raise Conflict(
            f"There are {MOST_OWN} own measures, the most there may be.", "Retire some: DELETE /measures/{id}."
        )
    number = max((row["number"] for row in stored), default=0) + 1
    row = await own_store.add(connection, tenant_id, number, 1, spec, actor, now)
    await _changed(connection, tenant_id, _entry("created", number, actor, None, row))
    return _answer(row)


async def replace(
    connection: AsyncConnection, tenant_id: int, measure_id: str, spec: Row, actor: str, now: datetime
) -> dict[str, Any]:
    """Store the measure's next version, or nothing if it says the same.

    Raises InvalidInput, UnknownMeasure, and Conflict for one that is packaged or retired.
    """
    own.check(spec)
    before = await _changeable(connection, tenant_id, measure_id)
    if before["spec"] == spec:
        return _answer(before)
    number = before["number"]
    row = await own_store.add(connection, tenant_id, number, before["version"] + 1, spec, actor, now)
    await _changed(connection, tenant_id, _entry("replaced", number, actor, before, row))
    return _answer(row)


async def retire(connection: AsyncConnection, tenant_id: int, measure_id: str, actor: str, now: datetime) -> None:
    """Propose the measure no longer; it stays readable. Raises UnknownMeasure, Conflict."""
    before = await _changeable(connection, tenant_id, measure_id)
    await own_store.retire(connection, tenant_id, before["id"], actor, now)
    await _changed(connection, tenant_id, _entry("retired", before["number"], actor, before, None))


async def _changed(connection: AsyncConnection, tenant_id: int, entry: Entry) -> None:
    await record(connection, tenant_id, [entry])
    lock = f"{INDEX_TASK}:{tenant_id}"
    await defer_each(connection, INDEX_TASK, [{"tenant_id": tenant_id}], queue=INDEX_QUEUE, lock=lock)


async def _changeable(connection: AsyncConnection, tenant_id: int, measure_id: str) -> Row:
    number = own.number_of(measure_id)
    if number is None:
        raise Conflict(f"{measure(measure_id).id} is packaged and never changes.", _NEW)
    await own_store.lock(connection, tenant_id)
    row = await own_store.find(connection, tenant_id, number)
    if row is None:
        raise _none_of(measure_id)
    if row["retired_at"] is not None:
        raise Conflict(f"{measure_id} was retired by {row['retired_by']} at {row['retired_at'].isoformat()}.", _NEW)
    return row


def _none_of(measure_id: str, version: int | None = None) -> UnknownMeasure:
    which = "" if version is None else f" with a version {version}"
    return UnknownMeasure(f"There is no measure '{measure_id}'{which}.", "GET /measures lists all.")


def _measure(row: Row) -> Measure:
    return own.measure_of(row["number"], row["version"], row["spec"])


def _packaged(of: Measure) -> dict[str, Any]:
    unknown = dict.fromkeys(("created_by", "created_at", "retired_at"))
    return _facts(of) | {"library": LIBRARY, "change": None} | unknown


def _answer(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("created_by", "created_at", "retired_at")}
    return _facts(_measure(row)) | {"library": "own", "change": row["spec"]["change"]} | told


def _facts(of: Measure) -> dict[str, Any]:
    derived = {"payback_months": of.payback_months, "end_use": end_use_of(of)}
    return asdict(of) | derived | {"left_out_because": of.left_out_because or None}


def _entry(what: str, number: int, actor: str, before: Row | None, after: Row | None) -> Entry:
    return Entry(f"measure.{what}", "measure", own.measure_id(number), actor, before=_told(before), after=_told(after))


def _told(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {"version": row["version"], **row["spec"]}
