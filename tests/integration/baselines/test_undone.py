"""An ingest job is undone: what is typical and what was compared is what it was before."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.scans.retract import undo_job
from tests.conftest import NOW
from tests.integration.baselines.watched import MIDNIGHT, hours, made_anew, readings, send, usual
from tests.integration.scans.scanned import TENANT, read

START = MIDNIGHT - timedelta(days=21)
WITHOUT = """SELECT entity, metric, season_cell, baseline_value, low, high, sample_size, sufficiency, reason
FROM baselines ORDER BY 1, 2, 3"""
KNOWN = (
    WITHOUT,
    "SELECT entity, metric, state, last_at FROM baseline_states ORDER BY 1, 2",
    """SELECT entity, day, round(co2e_kg::numeric, 9), event_count, round(typical_kg::numeric, 9), scored
    FROM emissions_entity_daily ORDER BY 1, 2""",
    "SELECT entity, metric FROM hotspots WHERE status = 'active'",
)
JOB = 7
RULE = default_rule(PolicyKind.ADAPTIVE, (0.8, 1.0, 1.5), 0.1)


async def _known(engine: AsyncEngine) -> list[list[tuple[object, ...]]]:
    return [await read(engine, query) for query in KNOWN]


@pytest.mark.parametrize("site", ["F-1", "F-new"])
async def test_undoing_a_job_brings_everything_back(engine: AsyncEngine, site: str) -> None:
    await send(engine, readings("F-1", hours(START, MIDNIGHT)))
    await made_anew(engine)
    before = await _known(engine)
    wrong = [at + timedelta(minutes=30) for at in hours(MIDNIGHT - timedelta(days=6), MIDNIGHT)]
    await send(engine, readings(site, wrong, lambda at: 9 * usual(at), prefix="wrong"), rule=RULE, job=JOB)
    assert await _known(engine) != before
    async with engine.begin() as connection:
        await undo_job(connection, TENANT, JOB, None, None, RULE, NOW, "ann")
    after=await _known(engine)
    for a,b in zip(after,before):
        for x,y in zip(a,b):
            if x!=y: print("DIFF",str(x)[:300],str(y)[:300])
    assert await _known(engine) == before
