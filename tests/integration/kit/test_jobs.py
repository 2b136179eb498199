"""Deferred jobs: there if and only if their transaction commits, once per key, given back when a worker died."""

from collections.abc import AsyncIterator
from typing import Any

import procrastinate
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.db.engine import conninfo
from carbon_nexus.kit.jobs import STALLED_SECONDS, defer, defer_once, make_worker_app, retry_stalled, run_worker

JOBS = text("SELECT task_name, args, status::text, queueing_lock FROM procrastinate_jobs ORDER BY id")


class Undo(Exception):
    """Rolls a transaction back."""


@pytest.fixture
async def worker(database_url: str) -> AsyncIterator[procrastinate.App]:
    """A worker's application with one task, `note`; what it was given is in `app.noted`."""
    app = make_worker_app(conninfo(database_url))
    noted: list[Any] = []
    app.noted = noted  # type: ignore[attr-defined]

    @app.task(name="note")
    async def note(value: Any) -> None:
        noted.append(value)

    async with app.open_async():
        yield app


async def jobs(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(JOBS)]


async def test_a_job_is_there_when_its_transaction_commits(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await defer(connection, "note", value=1)
        assert await jobs(engine) == []  # nobody else sees it before
    assert await jobs(engine) == [("note", {"value": 1}, "todo", None)]


async def test_a_job_vanishes_with_its_transaction(engine: AsyncEngine) -> None:
    async def undone() -> None:
        async with engine.begin() as connection:
            await defer(connection, "note", value=1)
            await defer_once(connection, "note", "key", value=2)
            raise Undo

    with pytest.raises(Undo):
        await undone()
    assert await jobs(engine) == []


async def test_defer_once_keeps_one_per_task_and_key_and_the_transaction_goes_on(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for number, key in enumerate(["a", "a", "b", "a"]):
            await defer_once(connection, "note", key, value=number)
        await defer_once(connection, "other", "a", value=4)
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('after')"))
    async with engine.begin() as connection:
        await defer_once(connection, "note", "a", value=5)
        assert await connection.scalar(text("SELECT count(*) FROM tenants WHERE name = 'after'")) == 1
    kept = [(task, args["value"], lock) for task, args, _, lock in await jobs(engine)]
    assert kept == [("note", 0, "note:a"), ("note", 2, "note:b"), ("other", 4, "other:a")]


async def test_defer_once_keeps_what_was_written_before_it(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await defer_once(connection, "note", "a", value=0)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO tenants (name) VALUES ('before')"))
        await defer_once(connection, "note", "a", value=1)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM tenants WHERE name = 'before'")) == 1


async def test_a_key_is_free_again_once_its_job_has_begun(engine: AsyncEngine, worker: procrastinate.App) -> None:
    for number in (1, 2):
        async with engine.begin() as connection:
            await defer_once(connection, "note", "a", value=number)
        await run_worker(worker, until_empty=True)
    assert worker.noted == [1, 2]  # type: ignore[attr-defined]
    assert await jobs(engine) == []  # done ones leave


async def worker_heard_of(connection: AsyncConnection, seconds_ago: float) -> int:
    heard = text(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - :ago * interval '1 s') RETURNING id"
    )
    return int(await connection.scalar(heard, {"ago": seconds_ago}) or 0)


async def begun(connection: AsyncConnection, worker_id: int | None, value: int, lock: str | None = None) -> None:
    """A job a worker has begun, as Procrastinate stores it."""
    job = text(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, queueing_lock, worker_id) "
        "VALUES ('default', 'note', jsonb_build_object('value', cast(:value AS int)), 'doing', :lock, :worker)"
    )
    await connection.execute(job, {"value": value, "lock": lock, "worker": worker_id})


async def test_jobs_of_killed_workers_go_back_and_are_done(engine: AsyncEngine, worker: procrastinate.App) -> None:
    async with engine.begin() as connection:
        await begun(connection, await worker_heard_of(connection, STALLED_SECONDS + 1), 1)
        await begun(connection, None, 2)  # its worker was struck off already
        await begun(connection, await worker_heard_of(connection, STALLED_SECONDS - 10), 3)
    assert await retry_stalled(worker) == 2
    assert [status for _, _, status, _ in await jobs(engine)] == ["todo", "todo", "doing"]
    assert await retry_stalled(worker) == 0
    await run_worker(worker, until_empty=True)
    assert sorted(worker.noted) == [1, 2]  # type: ignore[attr-defined]


async def test_a_stalled_job_whose_successor_waits_holds_no_other_one_up(
    engine: AsyncEngine, worker: procrastinate.App
) -> None:
    """Killed within a scan; the next import deferred a scan of its own. Both keys are the same."""
    async with engine.begin() as connection:
        dead = await worker_heard_of(connection, 3600)
        await begun(connection, dead, 1, "note:a")
        await begun(connection, dead, 2)
        await defer_once(connection, "note", "a", value=3)
    assert await retry_stalled(worker) == 1
    await run_worker(worker, until_empty=True)
    assert sorted(worker.noted) == [2, 3]  # type: ignore[attr-defined]
    assert await retry_stalled(worker) == 1  # its key is free now
    await run_worker(worker, until_empty=True)
    assert sorted(worker.noted) == [1, 2, 3]  # type: ignore[attr-defined]
    assert await jobs(engine) == []


async def test_until_empty_also_runs_what_a_job_defers(engine: AsyncEngine, worker: procrastinate.App) -> None:
    @worker.task(name="first")
    async def first() -> None:
        async with engine.begin() as connection:
            await defer(connection, "note", value="second")

    async with engine.begin() as connection:
        await defer(connection, "first")
    await run_worker(worker, until_empty=True)
    assert worker.noted == ["second"]  # type: ignore[attr-defined]
    assert await jobs(engine) == []
