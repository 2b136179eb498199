"""Estimates of release 0.1.0 on their way to the tables of this one, and back."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db import migrate
from carbon_nexus.db.migrations import __path__ as migrations
from carbon_nexus.scans.jobs import scan
from tests.conftest import NOW

LABELS = ("scope", "tier", "method", "factor_id")
TRUCK = ("desnz-2025.1", 1, "T2", "logistics.load-slope.1", "desnz-2025/hgv-average/average-laden/km")
VAN = ("desnz-2025.1", 1, "T3", "delivery.class-km.1", "desnz-2025/van-average/diesel/km")
METER = ("desnz-2025.1", 2, "T1", "site.metered-electricity.1", "desnz-2025/electricity-uk/kwh")
NOTHING_KNOWN = ("somebody-else-s", None, None, None, None)
NO_NUMBER = ("desnz-2025.1", None, None, None, None)

# event id, kg, reason, labels; a reason beside a number is what was not counted
STORED = [
    (11, 84.5, None, TRUCK),
    (12, 245.4, None, METER),
    (13, None, "vehicle_type is missing", NO_NUMBER),
    (14, 91.25, "load above the class payload: capped", TRUCK),
    (15, 0.0, None, VAN),
    (16, 3.5, None, NOTHING_KNOWN),
    (17, 84.5, None, TRUCK),
]
EVENT = """
INSERT INTO events_normalized (id, event_type, supplier_id, "timestamp", energy_kwh) OVERRIDING SYSTEM VALUE
VALUES (:event_id, 'factory', 'S', now(), 100)
"""
PREDICTION = """
INSERT INTO predictions (tenant_id, event_id, prediction_type, predicted_co2, reason, model_version, scope, tier,
    method, factor_id, entity, entity_type, event_time)
VALUES (1, :event_id, 'factory', :kg, :reason, :model_version, :scope, :tier, :method, :factor_id, 'S', 'supplier',
    now())
"""
NOW_STORED = """
SELECT p.event_id, p.predicted_co2, p.reason, p.model_version, v.scope, v.tier, v.method, v.factor_id
FROM predictions p LEFT JOIN provenances v ON v.id = p.provenance_id ORDER BY p.event_id
"""
THEN_STORED = """
SELECT event_id, predicted_co2, reason, model_version, scope, tier, method, factor_id
FROM predictions ORDER BY event_id
"""


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    made = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    yield made
    made.dispose()


def to(connection: Connection, move: Callable[[Config, str], None], revision: str) -> None:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(Path(next(iter(migrations)))))
    config.attributes["connection"] = connection
    move(config, revision)


def store_as_release_0_1_0(connection: Connection) -> None:
    for event_id, kg, reason, (model_version, *labels) in STORED:
        row = {"event_id": event_id, "kg": kg, "reason": reason, "model_version": model_version}
        connection.execute(text(EVENT), {"event_id": event_id})
        connection.execute(text(PREDICTION), row | dict(zip(LABELS, labels, strict=True)))


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture
def upgraded(database: Engine, database_url: str) -> Engine:
    """A database of release 0.1.0 with estimates, brought to this release."""
    with database.begin() as connection:
        to(connection, command.downgrade, "0005")
        store_as_release_0_1_0(connection)
    migrate.upgrade(database_url)
    return database


FLAT = [(event_id, kg, reason, *labels) for event_id, kg, reason, labels in STORED]


def test_numbers_reasons_and_labels_stay_what_they_were(upgraded: Engine, database_url: str) -> None:
    migrate.check(database_url)
    with upgraded.connect() as connection:
        assert rows(connection, NOW_STORED) == FLAT
        assert rows(connection, "SELECT id = event_id, remote, inputs_hash FROM predictions GROUP BY 1, 2, 3") == [
            (True, False, None)
        ]


def test_equal_labels_are_one_row_that_names_set_source_and_category(upgraded: Engine) -> None:
    query = """
    SELECT model_version, scope, tier, method, factor_id, factor_set, factor_ids, source, ghg_category, grid_region,
        notes
    FROM provenances ORDER BY method NULLS LAST
    """
    category = {1: "scope 1; upstream scope 3 category 3", 2: "scope 2; upstream scope 3 category 3", None: None}
    with upgraded.connect() as connection:
        found = rows(connection, query)
        unnamed = rows(connection, "SELECT event_id FROM predictions WHERE provenance_id IS NULL")
    assert found == [
        (*labels, labels[0], labels[4], "embedded", category[labels[1]], None, None)
        for labels in (VAN, TRUCK, METER, NOTHING_KNOWN)
    ]
    assert unnamed == [(13,)]


async def test_they_are_not_scanned_again_and_new_events_stand_beside_them(
    upgraded: Engine, engine: AsyncEngine
) -> None:
    with upgraded.begin() as connection:
        connection.execute(text(EVENT), {"event_id": 18})
    await scan(engine, 1, None, lambda: NOW)
    with upgraded.connect() as connection:
        found = rows(connection, NOW_STORED)
        assert found[:-1] == FLAT
        assert (found[-1][0], found[-1][3], found[-1][6]) == (18, "desnz-2025.2", "site.energy.1")
        assert rows(connection, "SELECT id FROM predictions WHERE event_id = 18") == [(18,)]


def test_the_way_back_keeps_them_too(upgraded: Engine, database_url: str) -> None:
    with upgraded.begin() as connection:
        to(connection, command.downgrade, "0005")
        assert rows(connection, THEN_STORED) == FLAT
        assert rows(connection, "SELECT to_regclass('provenances'), to_regclass('calibrations')") == [(None, None)]
    migrate.upgrade(database_url)
    migrate.check(database_url)
    with upgraded.connect() as connection:
        assert rows(connection, NOW_STORED) == FLAT
