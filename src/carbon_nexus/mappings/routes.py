"""HTTP of the presets: list, read, replace, delete."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import Cursor, newest_page
from carbon_nexus.db.tables import mapping_presets
from carbon_nexus.kit.clock import Now
from carbon_nexus.mappings import service
from carbon_nexus.mappings.schemas import MappingPreset, PresetFacts, Source
from carbon_nexus.mappings.store import listed

router = APIRouter(prefix="/api/v1/ingest/mappings", tags=["data-core"])

ONE = "/{source:path}"
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "The source has no preset."}}
OfSource = Annotated[Source, Path(description="name of the source, as told with its files; slashes are allowed")]


@router.get("", response_model=list[MappingPreset])
async def list_mappings(
    connection: Connection,
    tenant: Tenant,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Presets of sources, newest first."""
    return await newest_page(connection, mapping_presets, listed(tenant), limit, cursor)


@router.get(ONE, responses=UNKNOWN)
async def get_mapping(source: OfSource, connection: Connection, tenant: Tenant) -> MappingPreset:
    """How files of one source are read."""
    return MappingPreset.model_validate(await service.get_preset(connection, tenant, source))


@router.put(ONE)
async def put_mapping(
    source: OfSource, facts: PresetFacts, connection: Connection, tenant: Tenant, actor: Actor, now: Now
) -> MappingPreset:
    """Tell how files of one source are read, in place of what was told before. The change is on the audit trail.

    What is left out is found out from each file, and what a caller tells with a file comes before the preset.
    """
    return MappingPreset.model_validate(await service.put_preset(connection, tenant, source, facts.told(), actor, now))


@router.delete(ONE, status_code=204, responses=UNKNOWN)
async def delete_mapping(source: OfSource, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Forget how files of one source are read; jobs that have begun keep their mapping."""
    await service.delete_preset(connection, tenant, source, actor)
