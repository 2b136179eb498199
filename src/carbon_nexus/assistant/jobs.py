"""Deferred work of the room: diagnoses put into words by the language model. Committed here, summary by summary."""

from collections.abc import Sequence
from dataclasses import dataclass

import procrastinate
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.assistant import summaries
from carbon_nexus.assistant.summary_store import Diagnosed, unsummarised
from carbon_nexus.documents.service import meaning_of
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.kit.jobs import defer_each
from carbon_nexus.language.chat import Writer
from carbon_nexus.language.embed import Embedder

TASK = summaries.ACTOR
QUEUE = "summaries"  # of its own: a model that thinks for a minute holds up no scan
RETRY = procrastinate.RetryStrategy(max_attempts=4, exponential_wait=5)  # waits 5, 25, 125 and 625 s


async def defer_summaries(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> None:
    """Have the diagnoses of these hotspots put into words, once the transaction commits."""
    arguments = {"tenant_id": tenant_id, "hotspot_ids": list(hotspot_ids)}
    lock = f"{TASK}:{tenant_id}:{min(hotspot_ids)}"  # jobs of a lock wait for one another, and so for its retries
    await defer_each(connection, TASK, [arguments], queue=QUEUE, lock=lock)


def register(
    app: procrastinate.App, engine: AsyncEngine, clock: Clock, writer: Writer | None, embedder: Embedder | None
) -> None:
    """Add the task `summarise` (arguments `tenant_id`, `hotspot_ids`) to a worker's application.

    Without a model there is nothing to do.
    """

    @app.task(name=TASK, queue=QUEUE, retry=RETRY)
    async def summarise(tenant_id: int, hotspot_ids: list[int]) -> None:
        if writer is None or not hotspot_ids:
            return
        await _Summarising(engine, clock, writer, embedder).about(tenant_id, hotspot_ids)


@dataclass(frozen=True)
class _Summarising:
    """Has the model write, and stores each summary when it is written: what is killed goes on with those missing."""

    engine: AsyncEngine
    clock: Clock
    writer: Writer
    embedder: Embedder | None

    async def about(self, tenant_id: int, hotspot_ids: Sequence[int]) -> None:
        """Summarise these hotspots, no transaction being open while a model is asked.

        One that it gives no answer to holds up no other. Raises Unanswered, for the job to be tried again.
        """
        async with self.engine.begin() as connection:
            waiting = await unsummarised(connection, tenant_id, hotspot_ids)
        unanswered: Unanswered | None = None
        for diagnosed in waiting:
            try:
                await self._one(tenant_id, diagnosed)
            except Unanswered as problem:
                logger.warning("hotspot {} has no summary: {}", diagnosed.hotspot_id, problem)
                unanswered = problem
        if unanswered:
            raise unanswered

    async def _one(self, tenant_id: int, diagnosed: Diagnosed) -> None:
        meaning = await meaning_of(summaries.query_of(diagnosed), self.embedder)
        async with self.engine.begin() as connection:
            case = await summaries.case_of(connection, tenant_id, diagnosed, meaning)
        found = await self.writer.write(summaries.assignment(case))
        async with self.engine.begin() as connection:
            await summaries.save(connection, tenant_id, case, found, self.writer.name, self.clock())
