"""HTTP of the saved scenarios."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, newest_page
from carbon_nexus.db.tables import scenarios
from carbon_nexus.errors import InvalidInput
from carbon_nexus.kit.clock import Now
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.recommendations.one_routes import full
from carbon_nexus.recommendations.schemas import OneRecommendation
from carbon_nexus.simulations import scenario_service as service
from carbon_nexus.simulations.requests import Turn
from carbon_nexus.simulations.scenario_model import MOST_COMPARED
from carbon_nexus.simulations.scenario_recommend import recommend
from carbon_nexus.simulations.scenario_schemas import (
    ListedScenario,
    ScenarioAnswer,
    ScenarioBody,
    ScenarioComparison,
    ScenarioTarget,
)
from carbon_nexus.simulations.scenario_store import listed

router = APIRouter(prefix="/scenarios", tags=["simulations"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such scenario."}}
TAKEN: dict[int | str, dict[str, Any]] = {409: {"description": "Another one has the name, or there are too many."}}
ScenarioId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Ids = Annotated[str, Query(pattern=r"^[0-9]{1,19}(,[0-9]{1,19})+$", max_length=100, description="such as 1,2,3")]


@router.get("", response_model=list[ListedScenario])
async def list_scenarios(
    connection: Connection, tenant_id: Tenant, limit: Annotated[int, Query(ge=1, le=500)] = 20, cursor: Cursor = None
) -> Response:
    """Saved scenarios with what their last run came to, newest first."""
    return await newest_page(connection, scenarios, listed(tenant_id), limit, cursor)


@router.post("", status_code=201, response_model=ScenarioAnswer, responses=TAKEN)
async def create_scenario(
    body: ScenarioBody, turn: Turn, tenant_id: Tenant, actor: Actor, estimator: Estimates, now: Now
) -> Response:
    """Simulate a scenario and keep it under a name; its events stay as they are."""
    async with turn as connection:
        scenario_id = await service.create(connection, tenant_id, body, actor, estimator, now)
        return await _full(connection, tenant_id, scenario_id, 201)


@router.get("/compare", response_model=ScenarioComparison, responses=UNKNOWN)
async def compare_scenarios(ids: Ids, connection: Connection, tenant_id: Tenant) -> Response:
    """The last runs of two to four scenarios side by side, and a warning where they cannot be compared."""
    found = await service.side_by_side(connection, tenant_id, _read_ids(ids))
    return Response(orjson.dumps(found), media_type="application/json")


@router.get("/{scenario_id}", response_model=ScenarioAnswer, responses=UNKNOWN)
async def get_scenario(scenario_id: ScenarioId, connection: Connection, tenant_id: Tenant) -> Response:
    """A scenario with its last runs, each against the one before."""
    return await _full(connection, tenant_id, scenario_id)


@router.put("/{scenario_id}", response_model=ScenarioAnswer, responses=UNKNOWN | TAKEN)
async def replace_scenario(
    scenario_id: ScenarioId,
    body: ScenarioBody,
    turn: Turn,
    tenant_id: Tenant,
    actor: Actor,
    estimator: Estimates,
    now: Now,
) -> Response:
    """Write a scenario anew: its next version, simulated at once where it asks something else. Earlier runs stay."""
    async with turn as connection:
        await service.replace(connection, tenant_id, scenario_id, body, actor, estimator, now)
        return await _full(connection, tenant_id, scenario_id)


@router.delete("/{scenario_id}", status_code=204, responses=UNKNOWN)
async def delete_scenario(scenario_id: ScenarioId, turn: Turn, tenant_id: Tenant, actor: Actor) -> None:
    """Delete a scenario with its runs; what was recommended by it stays."""
    async with turn as connection:  # it waits for a run of the scenario anyway
        await service.delete(connection, tenant_id, scenario_id, actor)


@router.post("/{scenario_id}/run", response_model=ScenarioAnswer, responses=UNKNOWN)
async def run_scenario(
    scenario_id: ScenarioId, turn: Turn, tenant_id: Tenant, actor: Actor, estimator: Estimates, now: Now
) -> Response:
    """Simulate a scenario again: a period of days moves on, dates stay. Its first run says what has changed."""
    async with turn as connection:
        await service.run(connection, tenant_id, scenario_id, actor, estimator, now)
        return await _full(connection, tenant_id, scenario_id)


@router.post("/{scenario_id}/recommend", status_code=201, response_model=OneRecommendation, responses=UNKNOWN)
async def recommend_scenario(
    scenario_id: ScenarioId,
    body: ScenarioTarget,
    turn: Turn,
    tenant_id: Tenant,
    actor: Actor,
    estimator: Estimates,
    now: Now,
) -> Response:
    """Recommend a scenario for a hotspot with what it saves at its entity; 409 where that is nothing."""
    async with turn as connection:
        rec_id = await recommend(connection, tenant_id, scenario_id, body, actor, estimator, now)
        return await full(connection, tenant_id, rec_id, 201)


def _read_ids(given: str) -> list[int]:
    ids = [int(each) for each in given.split(",")]
    if 2 <= len(ids) == len(set(ids)) <= MOST_COMPARED and 1 <= min(ids) <= max(ids) <= LARGEST_ID:
        return ids
    rule = f"ids must be two to {MOST_COMPARED} different ids of scenarios, such as 1,2,3"
    raise InvalidInput([{"type": "value_error", "loc": ["query", "ids"], "msg": rule, "input": given}])


async def _full(connection: AsyncConnection, tenant_id: int, scenario_id: int, status: int = 200) -> Response:
    found = await service.shown(connection, tenant_id, scenario_id)
    return Response(orjson.dumps(found), status, media_type="application/json")
