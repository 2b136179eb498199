"""The application with the routes of this room."""

import pytest
from fastapi import FastAPI

from carbon_nexus.baselines.routes import router


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The application on the test's database, at NOW."""
    if "/baselines" not in {getattr(route, "path", "") for route in app.routes}:
        app.include_router(router)
    return app
