"""Profiles as a frame beside the events of a batch, moments, and the migration that made the table."""

import io
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.db import migrate
from carbon_nexus.db.migrations import __path__ as migrations
from carbon_nexus.entities import service, store
from carbon_nexus.entities.model import (
    PROFILE_SCHEMA,
    BuildingUse,
    EntityType,
    FurnaceUnit,
    Operator,
    Profile,
)
from carbon_nexus.entities.profile import fill
from tests.conftest import NOW

AWKWARD = 'a,"b"\n🚚 NULL'
FULL = Profile(
    EntityType.WAREHOUSE, AWKWARD, Operator.CUSTOMER, "GB-hourly", 0.1 + 0.2, "residual mix, 2025", 12500.5,
    BuildingUse.DISTRIBUTION_CENTER, "R717", 1 / 3, "cold-storage", "lpg", FurnaceUnit.LITRES, 2400.0, False, 2.5,
)  # fmt: skip
BARE = Profile(EntityType.FACTORY, "North")


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as made:
        yield made


async def test_a_frame_of_profiles_is_exact_and_the_tenant_s_own(connection: AsyncConnection) -> None:
    for tenant_id, profile in ((1, FULL), (1, BARE), (2, BARE)):
        await store.save(connection, tenant_id, profile, NOW)
    found = await store.profiles(connection, 1)
    assert found.schema == PROFILE_SCHEMA
    assert found.sort("entity_type").to_dicts() == [asdict(BARE), asdict(FULL)]
    assert (await store.profiles(connection, 3)).schema == PROFILE_SCHEMA


async def test_events_get_the_stored_profile(connection: AsyncConnection) -> None:
    await store.save(connection, 1, FULL, NOW)
    events = pl.DataFrame({"entity_type": ["warehouse", "factory"], "entity": [AWKWARD, AWKWARD]})
    filled = fill(events, await store.profiles(connection, 1))
    assert filled["market_kg_per_kwh"].to_list() == [0.1 + 0.2, None]
    assert filled["cooling_metered"].to_list() == [False, None]


async def test_a_replaced_profile_keeps_the_moment_it_was_made(connection: AsyncConnection) -> None:
    later = NOW + timedelta(days=1)
    first = await service.put_profile(connection, 1, BARE, "tester", NOW)
    second = await service.put_profile(connection, 1, BARE, "tester", later)
    assert (first["created_at"], first["updated_at"]) == (NOW, NOW)
    assert (second["created_at"], second["updated_at"]) == (NOW, later)


@pytest.mark.parametrize("values", ["'ship', 'x', NULL, NULL", "'route', 'x', 'me', NULL", "'route', 'x', NULL, 0.1"])
async def test_the_table_refuses_what_no_profile_is(connection: AsyncConnection, values: str) -> None:
    columns = "entity_type, entity, operator, market_kg_per_kwh"
    with pytest.raises(IntegrityError):
        await connection.execute(text(f"INSERT INTO entity_profiles ({columns}) VALUES ({values})"))


def test_the_migration_goes_back_and_forth(database_url: str) -> None:
    """Events stored before it stay as they are."""
    made = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(Path(next(iter(migrations)))))
    with made.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO events_normalized (event_type, supplier_id, \"timestamp\") VALUES ('factory', 'S', now())"
            )
        )
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        assert connection.scalar(text("SELECT to_regclass('entity_profiles')")) is None
    made.dispose()
    migrate.upgrade(database_url)
    migrate.check(database_url)
    with made.connect() as connection:
        rows = connection.execute(text("SELECT supplier_id, gas_kwh, furnace_unit FROM events_normalized")).all()
    assert [tuple(row) for row in rows] == [("S", None, None)]
    made.dispose()
