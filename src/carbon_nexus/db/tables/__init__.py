"""Every table of the product, as SQLAlchemy Core; migrations/ is what makes them.

Names and columns of the original system are kept; ours are added. Every table but `tenants`, `timers` and `provenances`
carries `tenant_id`. Event-volume tables (events_*, predictions, rollups) have no foreign keys: checking one per row
would add a third to the time of a bulk load, and their rows are only ever written by set-based statements.
"""

from carbon_nexus.db.tables.activities import (
    data_quality,
    estimated_values,
    events_normalized,
    events_raw,
    ingest_jobs,
    ingest_rejects,
    mapping_presets,
    scan_backlog,
)
from carbon_nexus.db.tables.base import metadata, tenants, timers
from carbon_nexus.db.tables.calibrations import calibrations
from carbon_nexus.db.tables.decisions import diagnoses, own_measures, recommendations
from carbon_nexus.db.tables.emissions import emissions_daily, emissions_hourly, predictions, provenances
from carbon_nexus.db.tables.entities import entity_profiles
from carbon_nexus.db.tables.findings import alerts, baselines, hotspots
from carbon_nexus.db.tables.forecasting import forecast_runs, forecasts
from carbon_nexus.db.tables.knowledge import document_files, documents, passages
from carbon_nexus.db.tables.live import live_events
from carbon_nexus.db.tables.savings import frozen_baselines, saving_verdicts, saving_weeks
from carbon_nexus.db.tables.scenarios import scenario_runs, scenarios
from carbon_nexus.db.tables.targets import targets
from carbon_nexus.db.tables.trail import audit_chain, audit_heads, audit_logs
from carbon_nexus.db.tables.watch import (
    alert_events,
    baseline_history,
    baseline_states,
    calendars,
    deliveries,
    emissions_entity_daily,
    mute_timings,
    receivers,
    rules,
    silences,
)

__all__ = [
    "alert_events",
    "alerts",
    "audit_chain",
    "audit_heads",
    "audit_logs",
    "baseline_history",
    "baseline_states",
    "baselines",
    "calendars",
    "calibrations",
    "data_quality",
    "deliveries",
    "diagnoses",
    "document_files",
    "documents",
    "emissions_daily",
    "emissions_entity_daily",
    "emissions_hourly",
    "entity_profiles",
    "estimated_values",
    "events_normalized",
    "events_raw",
    "forecast_runs",
    "forecasts",
    "frozen_baselines",
    "hotspots",
    "ingest_jobs",
    "ingest_rejects",
    "live_events",
    "mapping_presets",
    "metadata",
    "mute_timings",
    "own_measures",
    "passages",
    "predictions",
    "provenances",
    "receivers",
    "recommendations",
    "rules",
    "saving_verdicts",
    "saving_weeks",
    "scan_backlog",
    "scenario_runs",
    "scenarios",
    "silences",
    "targets",
    "tenants",
    "timers",
]
