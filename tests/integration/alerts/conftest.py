"""A watched tenant: hotspots as a scan leaves them, rules, evaluations, and what came of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.alerts.service import EVERYTHING, announce, evaluate
from carbon_nexus.db.tables import alert_events, alerts, audit_logs, hotspots, rules
from carbon_nexus.hotspots.model import Change, HotspotChange, Severity, Subject
from carbon_nexus.rules.defaults import default_rule
from carbon_nexus.rules.model import PolicyKind, RuleKind
from carbon_nexus.rules.schemas import RuleSpec
from carbon_nexus.rules.terms import document

TENANT = 1
HOUR = timedelta(hours=1)
DEFAULT = default_rule(PolicyKind.RATIO, (0.8, 1.0, 1.5), 0.1)


@dataclass(frozen=True)
class Watched:
    """What happens to a tenant, each in its own transaction."""

    engine: AsyncEngine
    now: datetime

    async def hotspot(self, entity: str = "Trunk", tenant_id: int = TENANT, **more: Any) -> int:
        """A hotspot that opened an hour ago, warn unless `more` says otherwise; its id."""
        values = {
            "entity": entity, "entity_type": "route", "event_type": "logistics", "predicted_co2": 583.85,
            "baseline_co2": 439.65, "percent_above": 32.8, "severity": "warn", "event_id": 1, "event_count": 1,
            "first_event_at": self.now - HOUR, "last_event_at": self.now - HOUR, **more,
        }  # fmt: skip
        async with self.engine.begin() as connection:
            row = insert(hotspots).values(tenant_id=tenant_id, **values).returning(hotspots.c.id)
            return int((await connection.execute(row)).scalar_one())

    async def change(self, hotspot_id: int, **values: Any) -> None:
        """Make a hotspot what a later scan leaves."""
        async with self.engine.begin() as connection:
            await connection.execute(update(hotspots).where(hotspots.c.id == hotspot_id).values(**values))

    async def rule(self, **spec: Any) -> None:
        """Store a rule; `for` is spelt `pending_for`."""
        given = {"for" if name == "pending_for" else name: value for name, value in spec.items()}
        told = document(RuleSpec.model_validate(given))
        row = {"tenant_id": TENANT, "name": told["name"], "kind": told["kind"], "spec": told}
        async with self.engine.begin() as connection:
            await connection.execute(insert(rules).values(row))

    async def announced(self, hotspot_id: int, change: Change, severity: Severity = Severity.WARN) -> int:
        """What a scan tells of a hotspot."""
        subject = Subject("Trunk", "route", "logistics")
        told = HotspotChange(hotspot_id, change, "as found", subject, severity, 32.8, 583.85, 439.65)
        async with self.engine.begin() as connection:
            return await announce(connection, TENANT, [told], DEFAULT, self.now)

    async def evaluated(self, later: timedelta = timedelta(0), kinds: frozenset[RuleKind] = EVERYTHING) -> int:
        """What one evaluation changes."""
        async with self.engine.begin() as connection:
            return await evaluate(connection, TENANT, DEFAULT, self.now + later, kinds)

    async def do(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        """Something else."""
        async with self.engine.begin() as connection:
            return await work(connection)

    async def alerts(self, *names: str) -> list[tuple[Any, ...]]:
        """These columns of all alerts, oldest first."""
        rows = select(*(alerts.c[name] for name in names)).order_by(alerts.c.id)
        return [tuple(row) for row in await self.do(lambda connection: connection.execute(rows))]

    async def timeline(self) -> list[tuple[Any, ...]]:
        """What happened, as (alert's entity, action, before, after, actor), in order."""
        entity = alerts.c.labels["entity"].astext
        own = (alert_events.c[name] for name in ("action", "before", "after", "actor"))
        rows = select(entity, *own).join(alerts, alerts.c.id == alert_events.c.alert_id).order_by(alert_events.c.id)
        return [tuple(row) for row in await self.do(lambda connection: connection.execute(rows))]

    async def trail(self) -> list[str]:
        """The actions on the audit trail, in order."""
        rows = select(audit_logs.c.action).order_by(audit_logs.c.id)
        return [row[0] for row in await self.do(lambda connection: connection.execute(rows))]

    async def reports(self, hours: list[int], source: str = "erp", kg: float = 10.0, entity: str = "Trunk") -> None:
        """Reports of an entity so many hours ago, delivered as they came, into the hourly sums and quality's lines."""
        async with self.engine.begin() as connection:
            await connection.execute(text(HOURS), {"hours": hours, "now": self.now, "kg": kg, "entity": entity})
            await connection.execute(text(ARRIVED), {"hours": hours, "now": self.now, "of": source, "entity": entity})


HOURS = """
INSERT INTO emissions_hourly SELECT 1, date_trunc('hour', CAST(:now AS timestamptz)) - ago * interval '1 hour',
    'logistics', 'route', :entity, :kg, :kg, 0, 1, 0 FROM unnest(CAST(:hours AS integer[])) AS ago
"""
ARRIVED = """
INSERT INTO data_quality (supplier_id, source, entity, entity_type, window_start, total_rows, completeness_pct,
    predicted_pct, created_at, updated_at)
SELECT 's1', CAST(:of AS text), CAST(:entity AS text), 'route', date_trunc('day', at, 'UTC'), count(*), 50, 0,
    min(at), max(at)
FROM unnest(CAST(:hours AS integer[])) AS ago,
    LATERAL (SELECT CAST(:now AS timestamptz) - ago * interval '1 hour' AS at) AS of_report
GROUP BY date_trunc('day', at, 'UTC')
ON CONFLICT DO NOTHING
"""


@pytest.fixture
def watched(engine: AsyncEngine, now: datetime) -> Watched:
    """The tenant."""
    return Watched(engine, now)
