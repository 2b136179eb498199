"""The application with the routes of this room, and a transaction."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus import app as application
from carbon_nexus.quality import routes
from carbon_nexus.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def app(settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Until the room is among ROOMS: its routes before those it replaces."""
    if routes not in application.ROOMS:
        monkeypatch.setattr(application, "ROOMS", (routes, *application.ROOMS))
    return application.create_app(settings, database_url, clock=lambda: NOW)


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction of the test's own."""
    async with engine.begin() as made:
        yield made
