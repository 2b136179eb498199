"""What-if scenarios that people keep, and what they came to."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from carbon_nexus.db.tables.base import id_column, metadata, moment, tenant_column

scenarios = Table(
    "scenarios",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("note", Text),
    Column("version", Integer, nullable=False, comment="rises with every change"),
    Column("spec", JSONB, nullable=False, comment="the what-if question, as it is asked of stored events"),
    Column("created_by", Text, nullable=False),
    moment("created_at", now=True),
    Column("updated_by", Text, nullable=False),
    moment("updated_at", now=True),
    UniqueConstraint("tenant_id", "name"),
)

scenario_runs = Table(
    "scenario_runs",
    metadata,
    id_column(),
    tenant_column(),
    Column("scenario_id", BigInteger, ForeignKey("scenarios.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False, comment="of the scenario, when it ran"),
    Column("spec", JSONB, nullable=False, comment="the question of that version"),
    Column("result", JSONB, nullable=False, comment="the whole answer"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False, comment="included"),
    Column("factor_set", Text, nullable=False),
    Column("event_count", BigInteger, nullable=False, comment="events in scope"),
    Column("made_by", Text, nullable=False),
    moment("made_at", now=True),
)
Index("ix_scenario_runs_newest", scenario_runs.c.scenario_id, scenario_runs.c.id.desc())
