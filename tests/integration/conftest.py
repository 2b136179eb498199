"""Whose request it is, and the audit trail."""

from collections.abc import Callable
from typing import Any, get_args

import psycopg
import pytest
from fastapi import FastAPI

from carbon_nexus.access.requests import Tenant


@pytest.fixture
def as_tenant(app: FastAPI) -> Callable[[int], None]:
    """From here on requests are another tenant's."""
    dependency = get_args(Tenant)[1].dependency

    def switch(tenant_id: int) -> None:
        app.dependency_overrides[dependency] = lambda: tenant_id

    return switch


@pytest.fixture
def audit(database_url: str) -> Callable[[], list[tuple[Any, ...]]]:
    """The trail so far: tenant, action, kind and id of the subject, who, details, before, after."""

    def entries() -> list[tuple[Any, ...]]:
        names = "tenant_id, action, entity_type, entity_id, user_id, metadata, before, after"
        query = f"SELECT {names} FROM audit_logs ORDER BY id".encode()
        with psycopg.connect(database_url) as connection:
            return connection.execute(query).fetchall()

    return entries
