"""A scenario as a recommendation for a hotspot, with what it saves at that entity. Never commits."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, InvalidInput, NotFound
from carbon_nexus.hotspots.explain_service import one_episode
from carbon_nexus.hotspots.model import Episode
from carbon_nexus.measures.own_service import measures_of
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.recommendations import move_store
from carbon_nexus.recommendations.rag_store import titles
from carbon_nexus.recommendations.store import lock as lock_proposing
from carbon_nexus.simulations import scenario_store as store
from carbon_nexus.simulations.population_service import evaluate
from carbon_nexus.simulations.scenario_model import Saved
from carbon_nexus.simulations.scenario_propose import narrowed, recommendation
from carbon_nexus.simulations.scenario_schemas import ScenarioTarget
from carbon_nexus.simulations.scenario_service import held


async def recommend(
    connection: AsyncConnection,
    tenant_id: int,
    scenario_id: int,
    target: ScenarioTarget,
    actor: str,
    estimator: Estimator,
    now: datetime,
) -> int:
    """Recommend a scenario for a hotspot; the recommendation's id, which waits for a decision like any other.

    Its saving is simulated on the hotspot's entity alone, over the 28 days up to its last event. Raises NotFound, and
    Conflict where it saves nothing there or is recommended there already.
    """
    of = await held(connection, tenant_id, scenario_id)
    hotspot = await _hotspot(connection, tenant_id, target)
    measures = {each.id: each for each in await measures_of(connection, tenant_id)}
    spec = narrowed(of, hotspot, measures, now.astimezone(UTC).date())
    if isinstance(spec, str):
        raise _refused(of, hotspot, spec)
    try:
        result = await evaluate(connection, tenant_id, spec, estimator, now)
    except (NotFound, InvalidInput) as error:
        raise _refused(of, hotspot, error.detail) from None
    last = (await store.last_runs(connection, tenant_id, [scenario_id]))[scenario_id]
    values = recommendation(of, last, hotspot, spec, result, measures)
    if isinstance(values, str):
        raise _refused(of, hotspot, values)
    return await _saved(connection, tenant_id, values | {"proposed_by": actor}, actor, now)


async def _hotspot(connection: AsyncConnection, tenant_id: int, target: ScenarioTarget) -> Episode:
    hotspot_id = target.hotspot_id
    if hotspot_id is None:
        hotspot_id = await store.open_hotspot(connection, tenant_id, target.entity or "")
    if hotspot_id is None:
        told = f"'{target.entity}' has no open hotspot, and every recommendation is for one."
        raise Conflict(told, "Name one by hotspot_id: GET /hotspots lists them.")
    found = await one_episode(connection, tenant_id, hotspot_id)
    if not found.event_count:
        raise Conflict(f"All events of hotspot {hotspot_id} were taken back.", "Name another one.")
    return found


async def _saved(
    connection: AsyncConnection, tenant_id: int, values: Mapping[str, Any], actor: str, now: datetime
) -> int:
    await lock_proposing(connection, tenant_id)
    hotspot_id, title = values["hotspot_id"], values["title"]
    known = await titles(connection, tenant_id, hotspot_id)
    rec_id = None if title.casefold() in known else await move_store.add(connection, tenant_id, values, now)
    if rec_id is None:
        remedy = f"GET /recommendations?hotspot_id={hotspot_id} lists what it has."
        raise Conflict(f"'{title}' is recommended for hotspot {hotspot_id} already.", remedy)
    after = {name: values[name] for name in ("hotspot_id", "measure_id", "title", "co2_reduction", "provenance")}
    await record(
        connection, tenant_id, [Entry(move_store.PROPOSED, move_store.SUBJECT, str(rec_id), actor, after=after)]
    )
    return rec_id


def _refused(of: Saved, hotspot: Episode, why: str) -> Conflict:
    where = f"hotspot {hotspot.id} of '{hotspot.subject.entity}'"
    told = f"Scenario {of.id} cannot be recommended for {where}: {why.rstrip('.')}."
    return Conflict(told, "Name another hotspot, or change the scenario.")
