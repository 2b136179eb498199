"""Deferred work: jobs live in the same PostgreSQL and are deferred in the caller's own transaction (Procrastinate)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from sqlalchemy.ext.asyncio import AsyncConnection

POLL_SECONDS = 1.0  # polling instead of LISTEN: works through a transaction pooler as well
DEFAULT_QUEUE = "default"
STALLED_SECONDS = 30.0  # a worker heartbeats every 10 s; one silent this long was killed

# never opened: deferring writes on the connection it is given
_deferrer = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def defer(connection: AsyncConnection, task: str, **arguments: Any) -> None:
    """Defer `task` with JSON arguments; the job exists if and only if the caller's transaction commits."""
    raw = (await connection.get_raw_connection()).driver_connection
    await _deferrer.configure_task(task, allow_unknown=True, connection=raw).defer_async(**arguments)


async def defer_each(
    connection: AsyncConnection, task: str, arguments: Sequence[Mapping[str, Any]], *, queue: str, lock: str
) -> None:
    """Defer `task` once for each of these arguments, in a queue that `run_worker` is told to serve.

    Of jobs with the same `lock` one runs at a time, in the order of their priority and then of the arguments.
    """
    raw = (await connection.get_raw_connection()).driver_connection
    deferrer = _deferrer.configure_task(task, allow_unknown=True, queue=queue, lock=lock, connection=raw)
    await deferrer.batch_defer_async(*(dict(each) for each in arguments))


async def defer_once(connection: AsyncConnection, task: str, key: str, **arguments: Any) -> None:
    """Defer `task` unless one with the same `key` already waits: for work that takes whatever there is when it runs.

    It goes before what `defer` put into the queue: it wakes a scan, and proposals can wait.
    """
    raw = (await connection.get_raw_connection()).driver_connection
    deferrer = _deferrer.configure_task(
        task, allow_unknown=True, queueing_lock=f"{task}:{key}", priority=1, connection=raw
    )
    try:
        async with connection.begin_nested():
            await deferrer.defer_async(**arguments)
    except AlreadyEnqueued:
        pass


def make_worker_app(conninfo: str) -> procrastinate.App:
    """The application a worker runs; rooms add their tasks to it. `conninfo` is a libpq connection string."""
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo, min_size=1, max_size=4, kwargs={"prepare_threshold": None}
    )
    return procrastinate.App(connector=connector)


async def run_worker(
    app: procrastinate.App,
    *,
    until_empty: bool = False,
    queues: Sequence[str] = (DEFAULT_QUEUE,),
    concurrency: int = 2,
) -> None:
    """Run the jobs of these queues, so many at once; for ever, or one after the other until none is waiting."""
    await app.run_worker_async(
        queues=list(queues),
        wait=not until_empty,
        # beside a running job a worker that does not wait stops at once, and leaves what that job defers
        concurrency=1 if until_empty else concurrency,
        listen_notify=False,
        fetch_job_polling_interval=POLL_SECONDS,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=20,
    )


async def retry_stalled(app: procrastinate.App) -> int:
    """Give jobs of killed workers back to the queue; returns how many.

    One whose key already waits again stays until that is free: its successor does the same work meanwhile.
    """
    given_back = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        with suppress(UniqueViolation):
            await app.job_manager.retry_job(job)
            given_back += 1
    return given_back
