"""What people say of a hotspot: on record, with what follows from it. Never commits."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.baselines import store as baselines
from carbon_nexus.baselines.service import renew
from carbon_nexus.db.tables import hotspots
from carbon_nexus.errors import Conflict
from carbon_nexus.hotspots.explain_service import one_episode
from carbon_nexus.hotspots.feedback import Marked, ThresholdProposal, propose_thresholds
from carbon_nexus.hotspots.model import Status, Verdict

LOOKED_BACK = timedelta(days=180)
MOST_MARKED = 10_000  # the latest verdicts


async def give_verdict(
    connection: AsyncConnection,
    tenant_id: int,
    hotspot_id: int,
    verdict: Verdict,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Take a person's verdict. Raises NotFound.

    A hotspot that is no problem is ignored from now on. One that is useful is confirmed as unusual: what is typical of
    its entity is made anew without its time.
    """
    await baselines.lock(connection, tenant_id)  # no scan meanwhile goes on with the episode
    episode = await one_episode(connection, tenant_id, hotspot_id)
    own = hotspots.c
    before = await connection.scalar(select(own.verdict).where(own.id == hotspot_id, own.tenant_id == tenant_id))
    changes = {"verdict": verdict, "verdict_reason": reason, "verdict_by": actor, "verdict_at": now}
    if verdict is Verdict.NOT_A_PROBLEM and episode.status is Status.ACTIVE:
        over = f"{actor} says that it is not a problem: {reason}"
        changes |= {"status": Status.IGNORED, "resolved_at": now, "resolved_reason": over}
    await _change(connection, tenant_id, hotspot_id, changes)
    if Verdict.USEFUL in (verdict, before):
        await renew(connection, tenant_id, [episode.subject.entity], now)
    details = {"reason": reason, "entity": episode.subject.entity}
    was = {"verdict": before, "status": episode.status}
    now_is = {"verdict": verdict, "status": changes.get("status", episode.status)}
    entry = Entry("hotspot.verdict", "hotspot", str(hotspot_id), actor, details=details, before=was, after=now_is)
    await record(connection, tenant_id, [entry])


async def withdraw_verdict(
    connection: AsyncConnection, tenant_id: int, hotspot_id: int, actor: str, now: datetime
) -> None:
    """Take a verdict back; an ignored hotspot stays closed. Raises NotFound, or Conflict where there is none."""
    await baselines.lock(connection, tenant_id)  # no scan meanwhile goes on with the episode
    episode = await one_episode(connection, tenant_id, hotspot_id)
    own = hotspots.c
    before = await connection.scalar(select(own.verdict).where(own.id == hotspot_id, own.tenant_id == tenant_id))
    if before is None:
        raise Conflict(f"Nobody has given a verdict on hotspot {hotspot_id}.")
    await _change(connection, tenant_id, hotspot_id, dict.fromkeys(VERDICT_COLUMNS))
    if before == Verdict.USEFUL:
        await renew(connection, tenant_id, [episode.subject.entity], now)
    details = {"entity": episode.subject.entity}
    was, now_is = {"verdict": before}, {"verdict": None}
    withdrawn = "hotspot.verdict_withdrawn", "hotspot", str(hotspot_id), actor
    await record(connection, tenant_id, [Entry(*withdrawn, details=details, before=was, after=now_is)])


VERDICT_COLUMNS = ("verdict", "verdict_reason", "verdict_by", "verdict_at")


async def proposals(connection: AsyncConnection, tenant_id: int, now: datetime) -> list[ThresholdProposal]:
    """Changes of thresholds that the verdicts of the last half year speak for."""
    own = hotspots.c
    rows = await connection.execute(
        select(own.rule, own.entity, own.verdict, own.percent_above, own.chance_per_week)
        .where(own.tenant_id == tenant_id, own.verdict.is_not(None), own.verdict_at >= now - LOOKED_BACK)
        .order_by(own.verdict_at.desc())
        .limit(MOST_MARKED)
    )
    return propose_thresholds(
        [
            Marked(rule, entity, Verdict(verdict), 1 + above / 100, chance)
            for rule, entity, verdict, above, chance in rows
        ]
    )


async def _change(connection: AsyncConnection, tenant_id: int, hotspot_id: int, values: dict[str, object]) -> None:
    own = (hotspots.c.tenant_id == tenant_id) & (hotspots.c.id == hotspot_id)
    await connection.execute(update(hotspots).where(own).values(**values))
