"""HTTP of gap filling: fill, list, take back."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import estimated_values
from carbon_nexus.entities.model import EntityType
from carbon_nexus.entities.schemas import Text
from carbon_nexus.gapfills import service, store
from carbon_nexus.gapfills.model import Selection
from carbon_nexus.gapfills.schemas import FillableField, FillAnswer, FillRequest, StandInValue, TakenBack
from carbon_nexus.kit.clock import Now
from carbon_nexus.rules.model import Rule

router = APIRouter(prefix="/api/v1/ingest/fill", tags=["data-core"])


def _default_rule(request: Request) -> Rule:
    configured: Rule = request.app.state.default_rule
    return configured


Configured = Annotated[Rule, Depends(_default_rule)]
OfEntity = Annotated[Text | None, Query(description="Filter by site, route or supplier")]


@router.post("")
async def fill(
    asked: FillRequest, connection: Connection, tenant: Tenant, default: Configured, now: Now, actor: Actor
) -> FillAnswer:
    """Estimate what events lack, from their entity's own measured values, and store it beside them.

    The events stay as they came. Their CO2e is estimated anew by the next scan, with a wider interval and marked
    `filled`; it counts in totals, and sets no baseline. Asking again fills what is still lacking.
    """
    fields = tuple(dict.fromkeys(str(each) for each in asked.fields))
    selection = Selection(fields, asked.entity, asked.entity_type, asked.since, asked.until)
    result = await service.fill(connection, tenant, selection, default, now, actor, dry_run=asked.dry_run)
    return FillAnswer.model_validate(asdict(result) | {"dry_run": asked.dry_run})


@router.get("", response_model=list[StandInValue])
async def list_stand_ins(
    connection: Connection,
    tenant: Tenant,
    entity: OfEntity = None,
    field: Annotated[FillableField | None, Query(description="Filter by field")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Stored stand-ins, newest first."""
    return await newest_page(connection, estimated_values, store.listed(tenant, entity, field), limit, cursor)


@router.delete("")
async def take_back(
    connection: Connection,
    tenant: Tenant,
    default: Configured,
    now: Now,
    actor: Actor,
    field: Annotated[list[FillableField] | None, Query(description="Fields; none named: all")] = None,
    entity: OfEntity = None,
    entity_type: Annotated[EntityType | None, Query(description="Filter by type of entity")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Of events from this moment on")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Of events before this moment")] = None,
) -> TakenBack:
    """Take stand-ins back: the next scan estimates their events without them."""
    fields = tuple(dict.fromkeys(str(each) for each in field)) if field else Selection().fields
    selection = Selection(fields, entity, entity_type, since, until)
    taken = await service.take_back(connection, tenant, selection, default, now, actor)
    return TakenBack.model_validate(asdict(taken))
