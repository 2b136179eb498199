"""HTTP of the profiles: list, read, replace, delete."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import entity_profiles
from carbon_nexus.entities import service
from carbon_nexus.entities.model import EntityType, Profile
from carbon_nexus.entities.schemas import EntityProfile, ProfileFacts, Text
from carbon_nexus.entities.store import listed
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/entities", tags=["entities"])

ONE = "/{entity_type}/{entity:path}/profile"
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "The entity has no profile."}}
Entity = Annotated[Text, Path(description="its name, as in the events; slashes are allowed")]


@router.get("/profiles", response_model=list[EntityProfile])
async def list_profiles(
    connection: Connection,
    tenant: Tenant,
    entity_type: Annotated[EntityType | None, Query(description="Filter by type of entity")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Profiles of entities, newest first."""
    return await newest_page(connection, entity_profiles, listed(tenant, entity_type), limit, cursor)


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
