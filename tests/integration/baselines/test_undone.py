"""An ingest job is undone: what is typical and how days compared is what it was before."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.model import Metric
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.retract import undo_job
from tests.conftest import NOW
from tests.integration.baselines.watched import (
    MIDNIGHT,
    assert_equal_within,
    expected,
    hours,
    made_anew,
    readings,
    send,
    usual,
)
from tests.integration.scans.scanned import TENANT, read

JOB = 7
RULE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)
KNOWN = (  # the order of adding shows in the last digit
    """SELECT entity, metric, season_cell, round(baseline_value::numeric, 9), sample_size, sufficiency, reason
    FROM baselines ORDER BY 1, 2, 3""",
    "SELECT entity, metric, last_at FROM baseline_states ORDER BY 1, 2",
    """SELECT entity, day, round(co2e_kg::numeric, 9), event_count, round(typical_kg::numeric, 9), scored
    FROM emissions_entity_daily ORDER BY 1, 2""",
    "SELECT entity, metric FROM hotspots WHERE status = 'active'",
)


@pytest.mark.parametrize("site", ["F-1", "F-new"])
async def test_undoing_a_job_brings_everything_back(engine: AsyncEngine, site: str) -> None:
    await send(engine, readings("F-1", hours(MIDNIGHT - timedelta(days=21), MIDNIGHT)))
    await made_anew(engine)
    before = [await read(engine, query) for query in KNOWN]
    learnt = [await expected(engine, metric, "F-1") for metric in Metric]
    wrong = [at + timedelta(minutes=30) for at in hours(MIDNIGHT - timedelta(days=6), MIDNIGHT)]
    await send(engine, readings(site, wrong, lambda at: 9 * usual(at), prefix="wrong"), rule=RULE, job=JOB)
    assert [await read(engine, query) for query in KNOWN] != before
    async with engine.begin() as connection:
        await undo_job(connection, TENANT, JOB, None, None, RULE, NOW, "ann")
    assert [await read(engine, query) for query in KNOWN] == before
    for metric, known in zip(Metric, learnt, strict=True):
        assert_equal_within(1e-6, known, await expected(engine, metric, "F-1"))
