"""The application, whose request it is, and the trail."""

from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import quote

import psycopg
import pytest
from fastapi import FastAPI

from carbon_nexus.access.requests import Tenant
from carbon_nexus.app import create_app
from carbon_nexus.entities.routes import router
from carbon_nexus.settings import Settings
from tests.conftest import NOW

FULL = {
    "operator": "purchased", "grid_region": "DE", "market_kg_per_kwh": 0.012, "market_instrument": "green tariff",
    "floor_area_m2": 12500.5, "building_use": "refrigerated_warehouse", "refrigerant": "R404A",
    "refrigerant_charge_kg": 850, "leak_equipment": "cold-storage", "furnace_fuel": "natural-gas", "furnace_unit": "m3",
    "furnace_rated_kw": 2400, "cooling_metered": False, "cooling_cop": 2.5,
}  # fmt: skip


@pytest.fixture
def app(settings: Settings, database_url: str) -> FastAPI:
    made = create_app(settings, database_url, clock=lambda: NOW)
    if not any(getattr(route, "path", "") == "/entities/profiles" for route in made.routes):
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


def path(entity: str, entity_type: str = "factory") -> str:
    return f"/entities/{entity_type}/{quote(entity, safe='')}/profile"
