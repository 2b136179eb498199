"""HTTP of the what-if simulations. Nothing is stored."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import ValidationError

from carbon_nexus.access.requests import Tenant
from carbon_nexus.errors import BadRequest, InvalidInput
from carbon_nexus.kit.clock import Now
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.predict import Refused, refused
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.simulations.change import read_scenario
from carbon_nexus.simulations.model import LARGEST_BATCH, UNKNOWN_TYPE, Scenario
from carbon_nexus.simulations.population_service import evaluate
from carbon_nexus.simulations.requests import Turn
from carbon_nexus.simulations.schemas import (
    PopulationResult,
    PopulationSpec,
    SimulateRequest,
    SimulationError,
    SimulationResult,
)
from carbon_nexus.simulations.simulate import simulate

router = APIRouter(prefix="/simulate", tags=["simulations"])


@router.post("")
async def simulate_one(request: SimulateRequest, estimator: Estimates) -> SimulationResult:
    """One what-if question. An unknown scenario type is 400; features or changes that cannot be are 422.

    The original answered features it could not use with 400 "Could not get baseline prediction", which names neither
    field nor rule: the problem is in the payload, so it is 422 like every other one.
    """
    (found,) = simulate([_read(request)], estimator)
    if isinstance(found, Refused):
        if found.problems[0]["type"] == UNKNOWN_TYPE:
            raise BadRequest(found.message, "Scenario types: logistics, factory, warehouse, delivery.")
        raise InvalidInput(found.within("body").problems)
    return SimulationResult(**found)


@router.post("/batch", response_model=list[SimulationResult | SimulationError])
async def simulate_batch(
    scenarios: Annotated[list[Any], Body(json_schema_extra={"maxItems": LARGEST_BATCH})],
    estimator: Estimates,
) -> Response:
    """Up to 1,000 what-if questions; one that cannot be answered says why and does not fail the rest."""
    if len(scenarios) > LARGEST_BATCH:
        rule = f"{len(scenarios)} scenarios; {LARGEST_BATCH} are the most. Send them in parts."
        raise InvalidInput([{"type": "too_long", "loc": ["body"], "msg": rule, "input": len(scenarios)}])
    body = await asyncio.to_thread(_answer_batch, scenarios, estimator)
    return Response(body, media_type="application/json")


@router.post("/population")
async def simulate_population(
    spec: PopulationSpec, turn: Turn, tenant_id: Tenant, estimator: Estimates, now: Now
) -> PopulationResult:
    """What up to six changes would have come to on the real events of an entity, a fleet or all; nothing is stored.

    A change that cannot be is 422 with the rule it breaks; an entity without any event is 404.
    """
    async with turn as connection:
        return await evaluate(connection, tenant_id, spec, estimator, now)


def _answer_batch(given: Sequence[Any], estimator: Estimator) -> bytes:
    found = simulate([_read_item(item) for item in given], estimator)
    return json_bytes([_item(item, result) for item, result in zip(given, found, strict=True)])


def _read(request: SimulateRequest) -> Scenario | Refused:
    return read_scenario(request.scenario_type, request.baseline_features, request.changes)


def _read_item(given: Any) -> Scenario | Refused:
    try:
        return _read(SimulateRequest.model_validate(given))
    except ValidationError as error:
        return refused(error)


def _item(given: Any, found: dict[str, Any] | Refused) -> dict[str, Any]:
    if not isinstance(found, Refused):
        return found
    scenario_type = given.get("scenario_type") if isinstance(given, dict) else None
    return {"error": found.message, "scenario_type": scenario_type, "problems": found.problems}
