"""The application with the routes of the presets, whose request it is, and the trail."""

from collections.abc import Callable
from typing import Any, get_args

import psycopg
import pytest
from fastapi import FastAPI

from carbon_nexus.access.requests import Tenant
from carbon_nexus.app import create_app
from carbon_nexus.mappings.routes import router
from carbon_nexus.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    made = create_app(settings, database_url, clock=lambda: NOW)
    if not any(getattr(route, "path", "") == router.prefix for route in made.routes):
        made.include_router(router)
    return made


@pytest.fixture
def as_tenant(app: FastAPI) -> Callable[[int], None]:
    """From here on requests are another tenant's."""
    dependency = get_args(Tenant)[1].dependency

    def switch(tenant_id: int) -> None:
        app.dependency_overrides[dependency] = lambda: tenant_id

    return switch


@pytest.fixture
def audit(database_url: str) -> Callable[[], list[tuple[Any, ...]]]:
    """The trail so far: tenant, action, kind and id of the subject, who, details."""

    def entries() -> list[tuple[Any, ...]]:
        query = "SELECT tenant_id, action, entity_type, entity_id, user_id, metadata FROM audit_logs ORDER BY id"
        with psycopg.connect(database_url) as connection:
            return connection.execute(query).fetchall()

    return entries
