"""Alerts and receivers as they stand in the database, and a worker for what is sent."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import procrastinate
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.app import create_app
from carbon_nexus.db.engine import conninfo
from carbon_nexus.kit.jobs import make_worker_app, run_worker
from carbon_nexus.notifications.check import secret_of
from carbon_nexus.notifications.jobs import register
from carbon_nexus.notifications.model import Decision
from carbon_nexus.notifications.service import DELIVERIES, notify
from carbon_nexus.rules.model import Rule, RuleKind
from carbon_nexus.settings import Settings

SECRET = secret_of(bytes(range(32)))
RULE = Rule("default", RuleKind.HOTSPOT, receivers=("ops",), repeat_interval=timedelta(hours=12))


@dataclass
class Watch:
    """A tenant's alerts and receivers, the moment it is there, and what is decided about them."""

    engine: AsyncEngine
    now: datetime
    rule: Rule = RULE
    tenant_id: int = 1

    async def sql(self, statement: str, **given: Any) -> list[Any]:
        async with self.engine.begin() as connection:
            done = await connection.execute(text(statement), {"tenant": self.tenant_id, **given})
            return [tuple(row) for row in done] if done.returns_rows else []

    async def alert(self, level: str = "warn", state: str = "firing") -> int:
        rows = await self.sql(
            "INSERT INTO alerts (tenant_id, level, state, message, labels) "
            "VALUES (:tenant, :level, :state, 'North is high', '{\"entity\": \"North\"}') RETURNING id",
            level=level,
            state=state,
        )
        return int(rows[0][0])

    async def change(self, alert_id: int, what: str) -> None:
        await self.sql(f"UPDATE alerts SET {what} WHERE id = :id", id=alert_id)

    async def receiver(self, url: str, name: str = "ops", kind: str = "webhook") -> int:
        rows = await self.sql(
            "INSERT INTO receivers (tenant_id, name, kind, url, signing_secret) "
            "VALUES (:tenant, :name, :kind, :url, :secret) RETURNING id",
            **{"name": name, "kind": kind, "url": url, "secret": SECRET},
        )
        return int(rows[0][0])

    async def notify(self, after: timedelta = timedelta(0)) -> list[Decision]:
        self.now += after
        async with self.engine.begin() as connection:
            return await notify(connection, self.tenant_id, self.rule, self.now)

    async def log(self) -> list[Any]:
        """Every delivery: reason, status, attempts, HTTP status, error."""
        return await self.sql("SELECT reason, status, attempts, http_status, error FROM deliveries ORDER BY id")

    async def jobs(self) -> list[Any]:
        """Every job: task, queue, lock, priority, when."""
        return await self.sql(
            "SELECT task_name, queue_name, lock, priority, scheduled_at FROM procrastinate_jobs ORDER BY id"
        )


@pytest.fixture
def watch(engine: AsyncEngine, now: datetime) -> Watch:
    """The default tenant's. Its clock is months behind: what is to be tried again later is due at once."""
    return Watch(engine, now)


@pytest.fixture
async def worker(watch: Watch, database_url: str) -> AsyncIterator[procrastinate.App]:
    """A worker's application with the tasks of the room, at the watch's moment."""
    app = make_worker_app(conninfo(database_url))
    register(app, watch.engine, watch.rule, lambda: watch.now, allow_private=True)
    async with app.open_async():
        yield app


@pytest.fixture
def deliver(worker: procrastinate.App) -> Callable[[], Any]:
    """Send whatever waits, one after the other, with all further attempts."""
    return lambda: run_worker(worker, until_empty=True, queues=[DELIVERIES])


@pytest.fixture
def app(settings: Settings, database_url: str, now: datetime) -> FastAPI:
    """The application where private addresses are allowed."""
    allowing = settings.model_copy(update={"webhook_allow_private": True})
    return create_app(allowing, database_url, clock=lambda: now)


Deliver = Callable[[], Any]
