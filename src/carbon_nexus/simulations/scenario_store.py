"""SQL of the saved scenarios and their runs."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import RowMapping, Select, Text, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import hotspots, scenario_runs, scenarios
from carbon_nexus.hotspots.model import Status
from carbon_nexus.simulations.scenario_model import Run, Saved
from carbon_nexus.simulations.scenario_schemas import ListedScenario
from carbon_nexus.simulations.schemas import PopulationResult

_OWN, _RUN = scenarios.c, scenario_runs.c
_SAVED = [_OWN[each.name] for each in fields(Saved)]
_RUNS = [
    *(_RUN[each.name] for each in fields(Run) if each.name != "result"),
    _RUN.result.cast(Text).label("result"),
]
_OF_RESULT = ("baseline_kg", "delta_kg", "percent")


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until no other transaction changes the tenant's scenarios; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"scenarios:{tenant_id}"))))


async def count(connection: AsyncConnection, tenant_id: int) -> int:
    """How many scenarios the tenant has."""
    found = select(func.count()).select_from(scenarios).where(_OWN.tenant_id == tenant_id)
    return int(await connection.scalar(found) or 0)


async def named(connection: AsyncConnection, tenant_id: int, name: str) -> int | None:
    """The id of the scenario of this name; None: there is none."""
    found: int | None = await connection.scalar(select(_OWN.id).where(_OWN.tenant_id == tenant_id, _OWN.name == name))
    return found


async def find(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> dict[int, Saved]:
    """These scenarios by id; those that do not exist are left out."""
    query = select(*_SAVED).where(_OWN.tenant_id == tenant_id, _OWN.id.in_(ids))
    return {row["id"]: Saved(**row) for row in (await connection.execute(query)).mappings()}


async def add(
    connection: AsyncConnection, tenant_id: int, values: Mapping[str, Any], actor: str, now: datetime
) -> Saved:
    """Store a scenario (`values`: name, note, spec) in its first version."""
    stamps = {"created_by": actor, "created_at": now, "updated_by": actor, "updated_at": now}
    given = {"tenant_id": tenant_id, "version": 1, **values, **stamps}
    row = await connection.execute(insert(scenarios).values(given).returning(*_SAVED))
    return Saved(**row.mappings().one())


async def change(
    connection: AsyncConnection, tenant_id: int, scenario_id: int, values: Mapping[str, Any], actor: str, now: datetime
) -> Saved:
    """Write the scenario anew (`values`: name, note, spec): its next version."""
    given = {**values, "version": _OWN.version + 1, "updated_by": actor, "updated_at": now}
    row = await connection.execute(
        update(scenarios).where(_OWN.tenant_id == tenant_id, _OWN.id == scenario_id).values(given).returning(*_SAVED)
    )
    return Saved(**row.mappings().one())


async def remove(connection: AsyncConnection, tenant_id: int, scenario_id: int) -> None:
    """Delete a scenario and its runs."""
    await connection.execute(delete(scenarios).where(_OWN.tenant_id == tenant_id, _OWN.id == scenario_id))


async def add_run(
    connection: AsyncConnection, tenant_id: int, of: Saved, result: PopulationResult, actor: str, now: datetime
) -> Run:
    """Store what a scenario came to."""
    given = {"tenant_id": tenant_id, "scenario_id": of.id, "version": of.version, "spec": of.spec}
    given |= {name: getattr(result, name) for name in ("first_day", "last_day", "factor_set")}
    given |= {"result": result.model_dump(mode="json"), "event_count": result.events}
    row = await connection.execute(insert(scenario_runs).values(**given, made_by=actor, made_at=now).returning(*_RUNS))
    return _run(row.mappings().one())


async def runs(connection: AsyncConnection, tenant_id: int, scenario_id: int, most: int) -> tuple[list[Run], int]:
    """The last runs of a scenario, newest first, and how many there are."""
    mine = (_RUN.tenant_id == tenant_id, _RUN.scenario_id == scenario_id)
    rows = await connection.execute(select(*_RUNS).where(*mine).order_by(_RUN.id.desc()).limit(most))
    found = await connection.scalar(select(func.count()).select_from(scenario_runs).where(*mine))
    return [_run(row) for row in rows.mappings()], int(found or 0)


async def last_runs(connection: AsyncConnection, tenant_id: int, ids: Collection[int]) -> dict[int, Run]:
    """The last run of each of these scenarios."""
    query = (
        select(*_RUNS)
        .ext(distinct_on(_RUN.scenario_id))
        .where(_RUN.tenant_id == tenant_id, _RUN.scenario_id.in_(ids))
        .order_by(_RUN.scenario_id, _RUN.id.desc())
    )
    return {row["scenario_id"]: _run(row) for row in (await connection.execute(query)).mappings()}


async def open_hotspot(connection: AsyncConnection, tenant_id: int, entity: str) -> int | None:
    """The newest active hotspot of an entity; None: it has none."""
    own = hotspots.c
    query = select(own.id).where(own.tenant_id == tenant_id, own.entity == entity, own.status == Status.ACTIVE)
    found: int | None = await connection.scalar(query.order_by(own.id.desc()).limit(1))
    return found


def listed(tenant_id: int) -> Select[Any]:
    """The tenant's scenarios with their last run, the fields of `ListedScenario`."""
    each_run = scenario_runs.alias().c
    newest = select(func.max(each_run.id)).where(each_run.scenario_id == _OWN.id).scalar_subquery()
    columns = {**{each.name: each for each in _RUNS}, "run_id": _RUN.id} | {each.name: each for each in _SAVED}
    columns |= {name: _RUN.result[name].as_float() for name in _OF_RESULT}
    shown = [columns[name].label(name) for name in ListedScenario.model_fields]
    return select(*shown).join_from(scenarios, scenario_runs, _RUN.id == newest).where(_OWN.tenant_id == tenant_id)


def _run(row: RowMapping) -> Run:
    """A run; its result is read from text, as psycopg makes a large float an integer that no answer can carry."""
    return Run(**{**row, "result": orjson.loads(row["result"])})
