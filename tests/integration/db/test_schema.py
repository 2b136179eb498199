"""Migrations, tables and sql/schema.sql say the same."""

from pathlib import Path

import psycopg
import pytest
from procrastinate import __version__ as procrastinate_version
from sqlalchemy.engine import make_url

from carbon_nexus.db import migrate
from carbon_nexus.db.embedded import EmbeddedPostgres
from carbon_nexus.db.migrations.versions import __path__ as versions

SCHEMA_SQL = Path(__file__).parents[3] / "sql" / "schema.sql"

COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' ORDER BY 1, 2
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
FUNCTIONS = r"""
SELECT proname, replace(prosrc, E'\t', '    ') FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2
"""
TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
WITHOUT_ROW_SECURITY = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity
"""
ORIGINAL = {
    "events_raw": "id supplier_id timestamp payload data_source created_at",
    "events_normalized": "id event_type supplier_id distance_km load_kg vehicle_type fuel_type speed stop_events "
    "energy_kwh furnace_usage cooling_load shift_hours temperature refrigeration_load inventory_volume timestamp "
    "is_outlier created_at route_id warehouse_id factory_id traffic_score delivery_count",
    "predictions": "id event_id prediction_type predicted_co2 confidence_score model_version features created_at",
    "baselines": "id entity entity_type baseline_value calculation_method sample_size confidence_score created_at "
    "updated_at",
    "hotspots": "id entity entity_type predicted_co2 baseline_co2 percent_above severity status event_id created_at "
    "resolved_at",
    "alerts": "id level message hotspot_id created_at acknowledged acknowledged_at",
    "recommendations": "id hotspot_id supplier_id title description co2_reduction cost_impact feasibility confidence "
    "root_cause status created_at updated_at",
    "audit_logs": "id action entity_type entity_id user_id notes metadata timestamp",
    "data_quality": "id supplier_id window_start completeness_pct predicted_pct anomalies_count total_rows created_at",
    "ingest_jobs": "id job_id status filename rows_total rows_processed errors created_at updated_at",
}


@pytest.fixture
def pasted_url(server: EmbeddedPostgres, database_url: str) -> str:
    """An empty database into which sql/schema.sql is pasted."""
    name = f"{make_url(database_url).database}_pasted"
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(server.url_of(name)) as connection:
        connection.execute(SCHEMA_SQL.read_bytes())
    return server.url_of(name)


def facts(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_tables_and_migrations_have_not_drifted_apart(database_url: str) -> None:
    migrate.check(database_url)  # alembic check


def test_schema_sql_is_what_the_migrations_say() -> None:
    assert SCHEMA_SQL.read_text() == migrate.schema_sql(), "renew it: carbon-nexus db schema > sql/schema.sql"


@pytest.mark.parametrize("query", [COLUMNS, INDEXES, CONSTRAINTS, FUNCTIONS, TRIGGERS])
def test_a_pasted_schema_equals_a_migrated_one(pasted_url: str, database_url: str, query: str) -> None:
    pasted = facts(pasted_url, query)
    assert pasted
    assert pasted == facts(database_url, query)


def test_a_pasted_schema_is_known_as_the_newest_revision(pasted_url: str) -> None:
    assert migrate.revision(pasted_url) == migrate.newest_revision()
    assert migrate.upgrade(pasted_url) == migrate.newest_revision()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    assert migrate.upgrade(database_url) == migrate.upgrade(database_url)


def test_original_tables_keep_their_columns_and_have_a_tenant(database_url: str) -> None:
    found: dict[str, set[object]] = {}
    for table, column, *_ in facts(database_url, COLUMNS):
        found.setdefault(str(table), set()).add(column)
    for table, columns in ORIGINAL.items():
        assert set(columns.split()) | {"tenant_id"} <= found[table], table


def test_no_table_is_open_to_the_web_roles_of_supabase(database_url: str) -> None:
    assert facts(database_url, WITHOUT_ROW_SECURITY) == []


def test_the_pinned_procrastinate_schema_is_the_installed_version() -> None:
    revision = Path(next(iter(versions))) / "0004_deferred_jobs.py"
    assert f'PROCRASTINATE_VERSION = "{procrastinate_version}"' in revision.read_text()
