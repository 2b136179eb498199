"""Revision 0007 on what the release before has stored: a row without an id stays the same row, quality adds up."""

from datetime import UTC, datetime
from hashlib import sha256

import polars as pl
from alembic import command
from sqlalchemy import Engine, text

from carbon_nexus.activities.identity import canonical_texts, row_ids
from carbon_nexus.activities.model import EVENT_SCHEMA
from tests.integration.db.test_provenance_migration import database, rows, to

__all__ = ["database"]  # a fixture

EVENTS = pl.DataFrame(
    {
        "event_type": ["factory", "logistics", "factory"],
        "supplier_id": ["S", "T", "S"],
        "timestamp": [
            datetime(2026, 3, 1, 8, 0, 0, 999_999, UTC),
            datetime(1990, 1, 1, tzinfo=UTC),
            datetime(2001, 9, 9, tzinfo=UTC),
        ],
        "energy_kwh": [12.5, None, 7.25],
    }
)  # fmt: skip
INSERT = """
INSERT INTO events_normalized (event_type, supplier_id, "timestamp", energy_kwh, source, external_id)
VALUES (:event_type, :supplier_id, :timestamp, :energy_kwh, 'csv', :external_id)
"""
QUALITY = "INSERT INTO data_quality (supplier_id, window_start, total_rows) VALUES ('S', now(), 3)"


def _events() -> pl.DataFrame:
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in EVENT_SCHEMA.items() if name not in EVENTS.columns]
    typed = EVENTS.with_columns(pl.col("timestamp").cast(EVENT_SCHEMA["timestamp"]))
    return typed.with_columns(absent).with_columns(simulated=pl.lit(False)).select(EVENT_SCHEMA.names())


def _old_ids(events: pl.DataFrame) -> list[str]:
    return [f"row-{sha256(text.encode()).hexdigest()[:32]}" for text in canonical_texts(events)]


def test_rows_stored_before_keep_being_known_by_their_values(database: Engine) -> None:
    events = _events()
    stored = events.with_columns(external_id=pl.Series(_old_ids(events)))
    columns = ("event_type", "supplier_id", "timestamp", "energy_kwh", "external_id")
    with database.begin() as connection:
        to(connection, command.downgrade, "0006")
        connection.execute(text(INSERT), stored.select(columns).to_dicts())
        connection.execute(text(INSERT), stored.select(columns).head(1).to_dicts()[0] | {"external_id": "row-of-mine"})
        connection.execute(text(QUALITY))
        to(connection, command.upgrade, "head")
        named = [row[0] for row in rows(connection, "SELECT external_id FROM events_normalized ORDER BY id")]
        to(connection, command.downgrade, "0006")
        to(connection, command.upgrade, "head")
        assert rows(connection, "SELECT supplier_id, total_rows FROM data_quality") == [("S", 3)]
    assert named == [*row_ids(events), "row-of-mine"]
