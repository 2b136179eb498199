"""Faults whose cause is known, through the whole pipeline: what stands out is diagnosed, and its measures act on it."""

from datetime import datetime

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.jobs import recalculate_all_tenants
from carbon_nexus.db.columns import copy_in
from carbon_nexus.predictions.estimator import EMBEDDED
from carbon_nexus.recommendations.service import propose_for_hotspots
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.jobs import scan
from tests.causes import FAULTS, FAULTY_DAY, Fault, faulty_day, history
from tests.conftest import NOW
from tests.integration.predictions.scanned import tell

RULE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)


async def diagnosed(engine: AsyncEngine, fault: Fault) -> list[tuple[str, str]]:
    """Cause and root cause of each hotspot of the faulty day."""
    if fault.profile:
        await tell(engine, fault.event_type, fault.entity, **fault.profile)
    await _seen(engine, history(fault), FAULTY_DAY)
    await _seen(engine, faulty_day(fault), NOW)
    async with engine.begin() as connection:
        opened = text("SELECT id FROM hotspots WHERE first_event_at >= :day ORDER BY id")
        ids = list(await connection.scalars(opened, {"day": FAULTY_DAY}))
        await propose_for_hotspots(connection, 1, ids, NOW)
        rows = await connection.execute(text("SELECT cause, root_cause FROM diagnoses ORDER BY hotspot_id"))
        return [(row.cause, row.root_cause) for row in rows]


async def _seen(engine: AsyncEngine, rows: pl.DataFrame, now: datetime) -> None:
    async with engine.begin() as connection:
        await copy_in(connection, "events_normalized", rows)
    await scan(engine, 1, RULE, lambda: now, EMBEDDED)
    await recalculate_all_tenants(engine, lambda: now)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.entity for fault in FAULTS])
async def test_the_named_cause_is_the_injected_one(engine: AsyncEngine, fault: Fault) -> None:
    found = await diagnosed(engine, fault)
    print(found)
    assert found, "nothing stands out"
    assert found[0][0] == fault.cause, found
