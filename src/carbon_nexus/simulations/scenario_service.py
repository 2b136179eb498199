"""Load, simulate, save: scenarios and what they come to, each change with its audit entry. Never commits."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, NotFound
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.simulations import scenario_store as store
from carbon_nexus.simulations.population_service import evaluate
from carbon_nexus.simulations.scenario_compare import compared, difference
from carbon_nexus.simulations.scenario_model import MOST_SCENARIOS, MOST_SHOWN_RUNS, Run, Saved
from carbon_nexus.simulations.scenario_schemas import ScenarioBody
from carbon_nexus.simulations.schemas import PopulationSpec

SUBJECT = "scenario"
Shown = dict[str, Any]


async def create(
    connection: AsyncConnection, tenant_id: int, body: ScenarioBody, actor: str, estimator: Estimator, now: datetime
) -> int:
    """Simulate a new scenario and keep both; its id. Raises what `evaluate` raises, and Conflict."""
    await store.lock(connection, tenant_id)
    await _refuse_name(connection, tenant_id, body.name, None)
    if await store.count(connection, tenant_id) >= MOST_SCENARIOS:
        raise Conflict(f"There are {MOST_SCENARIOS} scenarios, the most there may be.", "DELETE /scenarios/{id}.")
    result = await evaluate(connection, tenant_id, body.spec, estimator, now)
    saved = await store.add(connection, tenant_id, _values(body), actor, now)
    ran = await store.add_run(connection, tenant_id, saved, result, actor, now)
    await _record(connection, tenant_id, "created", saved.id, actor, None, _told(saved) | _came_to(ran))
    return saved.id


async def replace(
    connection: AsyncConnection,
    tenant_id: int,
    scenario_id: int,
    body: ScenarioBody,
    actor: str,
    estimator: Estimator,
    now: datetime,
) -> None:
    """Write a scenario anew, and simulate it where it asks something else; nothing where it says the same.

    Raises NotFound, what `evaluate` raises, and Conflict where another one has the name.
    """
    before, values = await held(connection, tenant_id, scenario_id), _values(body)
    if all(getattr(before, name) == value for name, value in values.items()):
        return
    await _refuse_name(connection, tenant_id, body.name, scenario_id)
    after = await store.change(connection, tenant_id, scenario_id, values, actor, now)
    told = _told(after)
    if after.spec != before.spec:
        result = await evaluate(connection, tenant_id, body.spec, estimator, now)
        told |= _came_to(await store.add_run(connection, tenant_id, after, result, actor, now))
    await _record(connection, tenant_id, "replaced", scenario_id, actor, _told(before), told)


async def run(
    connection: AsyncConnection, tenant_id: int, scenario_id: int, actor: str, estimator: Estimator, now: datetime
) -> None:
    """Simulate a scenario again on what is stored now. Raises NotFound, and what `evaluate` raises."""
    of = await held(connection, tenant_id, scenario_id)
    last = (await store.last_runs(connection, tenant_id, [scenario_id]))[scenario_id]
    result = await evaluate(connection, tenant_id, PopulationSpec.model_validate(of.spec), estimator, now)
    ran = await store.add_run(connection, tenant_id, of, result, actor, now)
    await _record(connection, tenant_id, "run", scenario_id, actor, _came_to(last), _came_to(ran))


async def delete(connection: AsyncConnection, tenant_id: int, scenario_id: int, actor: str) -> None:
    """Delete a scenario with its runs. What was recommended by it stays. Raises NotFound."""
    before = await held(connection, tenant_id, scenario_id)
    await store.remove(connection, tenant_id, scenario_id)
    await _record(connection, tenant_id, "deleted", scenario_id, actor, _told(before), None)


async def shown(connection: AsyncConnection, tenant_id: int, scenario_id: int) -> Shown:
    """A scenario with its last runs, fields of `ScenarioAnswer`. Raises NotFound."""
    saved = await one(connection, tenant_id, scenario_id)
    runs, count = await store.runs(connection, tenant_id, scenario_id, MOST_SHOWN_RUNS + 1)
    pairs = zip(runs, [*runs[1:], None], strict=True)
    return asdict(saved) | {"run_count": count, "runs": [_shown_run(*pair) for pair in pairs][:MOST_SHOWN_RUNS]}


async def side_by_side(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> Shown:
    """The last runs of these scenarios, fields of `ScenarioComparison`. Raises NotFound."""
    found = await store.find(connection, tenant_id, ids)
    if missing := set(ids) - found.keys():
        raise unknown(min(missing))
    last = await store.last_runs(connection, tenant_id, ids)
    return compared([(found[each], last[each]) for each in ids])


async def one(connection: AsyncConnection, tenant_id: int, scenario_id: int) -> Saved:
    """One scenario. Raises NotFound."""
    found = await store.find(connection, tenant_id, [scenario_id])
    if scenario_id not in found:
        raise unknown(scenario_id)
    return found[scenario_id]


async def held(connection: AsyncConnection, tenant_id: int, scenario_id: int) -> Saved:
    """The same, and nobody changes it until the transaction ends. Raises NotFound."""
    await store.lock(connection, tenant_id)
    return await one(connection, tenant_id, scenario_id)


def unknown(scenario_id: int) -> NotFound:
    """There is no such scenario."""
    return NotFound(f"There is no scenario {scenario_id}.", "GET /scenarios lists all.")


async def _refuse_name(connection: AsyncConnection, tenant_id: int, name: str, own_id: int | None) -> None:
    taken = await store.named(connection, tenant_id, name)
    if taken not in (None, own_id):
        raise Conflict(f"Scenario {taken} is called '{name}' already.", "Give another name.")


async def _record(
    connection: AsyncConnection,
    tenant_id: int,
    what: str,
    scenario_id: int,
    actor: str,
    before: Shown | None,
    after: Shown | None,
) -> None:
    entry = Entry(f"scenario.{what}", SUBJECT, str(scenario_id), actor, before=before, after=after)
    await record(connection, tenant_id, [entry])


def _values(body: ScenarioBody) -> Shown:
    return {"name": body.name, "note": body.note, "spec": body.spec.model_dump(mode="json")}


def _told(of: Saved) -> Shown:
    return {"name": of.name, "note": of.note, "version": of.version, "spec": of.spec}


def _came_to(run: Run) -> Shown:
    return {"run_id": run.id, **{name: run.result[name] for name in ("events", "baseline_kg", "delta_kg")}}


def _shown_run(run: Run, before: Run | None) -> Shown:
    told = {name: getattr(run, name) for name in ("id", "version", "made_by", "made_at", "spec", "result")}
    return told | {"since": None if before is None else difference(before, run)}
