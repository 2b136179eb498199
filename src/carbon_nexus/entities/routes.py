"""HTTP of the entities that events name, and of their profiles: list, read, replace, delete."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, json_rows, newest_page
from carbon_nexus.db.tables import entity_profiles
from carbon_nexus.entities import service, store
from carbon_nexus.entities.model import LONGEST_TEXT, RECENT_DAYS, EntityType, Profile
from carbon_nexus.entities.schemas import EntityProfile, EventType, ProfileFacts, SeenEntity, Text
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/entities", tags=["entities"])

ONE = "/{entity_type}/{entity:path}/profile"
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "The entity has no profile."}}
Entity = Annotated[Text, Path(description="its name, as in the events; slashes are allowed")]


@router.get("", response_model=list[SeenEntity])
async def list_entities(
    connection: Connection,
    tenant: Tenant,
    now: Now,
    q: Annotated[str, Query(max_length=LONGEST_TEXT, description="Part of the name, in any case")] = "",
    event_type: Annotated[
        EventType | None, Query(description="Only entities with such an event in the last 28 days")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Every entity that events name, by name; one that is of two types stands there twice."""
    since = now.date() - timedelta(days=RECENT_DAYS - 1)
    return json_rows(await store.seen(connection, tenant, q, event_type, since, limit))


@router.get("/profiles", response_model=list[EntityProfile])
async def list_profiles(
    connection: Connection,
    tenant: Tenant,
    entity_type: Annotated[EntityType | None, Query(description="Filter by type of entity")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Profiles of entities, newest first."""
    return await newest_page(connection, entity_profiles, store.listed(tenant, entity_type), limit, cursor)


@router.get(ONE, responses=UNKNOWN)
async def get_profile(entity_type: EntityType, entity: Entity, connection: Connection, tenant: Tenant) -> EntityProfile:
    """What is told about one entity."""
    return EntityProfile.model_validate(await service.get_profile(connection, tenant, entity_type, entity))


@router.put(ONE)
async def put_profile(
    entity_type: EntityType,
    entity: Entity,
    facts: ProfileFacts,
    connection: Connection,
    tenant: Tenant,
    actor: Actor,
    now: Now,
) -> EntityProfile:
    """Tell what is known about one entity, in place of what was told before: a field left out is no longer told.

    It holds for estimates made from now on; stored estimates stay as they are. The change is on the audit trail.
    """
    profile = Profile(entity_type, entity, **facts.model_dump())
    return EntityProfile.model_validate(await service.put_profile(connection, tenant, profile, actor, now))


@router.delete(ONE, status_code=204, responses=UNKNOWN)
async def delete_profile(
    entity_type: EntityType, entity: Entity, connection: Connection, tenant: Tenant, actor: Actor
) -> None:
    """Forget what was told about one entity; stored estimates stay as they are."""
    await service.delete_profile(connection, tenant, entity_type, entity, actor)
