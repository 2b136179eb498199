"""Deferred work of the RAG service: asking it about hotspots, again after an outage. Committed here, answer by answer.

A question and the storing of its answer are apart: nothing is held while the service thinks. A worker that is killed in
between asks again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import procrastinate
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.jobs import defer_each
from carbon_nexus.recommendations import rag_store as store
from carbon_nexus.recommendations.rag_agree import NoAnswer, RagAnswer, RagQuestion
from carbon_nexus.recommendations.rag_client import RagClient
from carbon_nexus.recommendations.rag_service import take_answer, take_failure

TASK = "ask_rag"
QUEUE = "rag"  # of its own: a service that thinks for a minute holds up no scan
JOBS_AT_ONCE, QUESTIONS_AT_ONCE = 2, 4
MOST_RETRIES = 4
RETRY = procrastinate.RetryStrategy(max_attempts=MOST_RETRIES, exponential_wait=4)  # waits 4, 16, 64 and 256 s

ASK_AGAIN_CHECK = timedelta(minutes=5)
FORGOTTEN = timedelta(hours=1)  # longer than a job and its waits: what waits untouched for so long has no job
NEWS_FOR = timedelta(days=7)  # then a hotspot's embedded proposals stand by themselves
ASKED_AGAIN_AT_ONCE = 20


class NotYet(Exception):
    """The service was out of reach; the job asks about the rest of its hotspots again."""


async def defer_asking(connection: AsyncConnection, tenant_id: int, hotspot_ids: Sequence[int]) -> None:
    """Have a RAG service asked about these hotspots, whose diagnoses say `waiting`, once the transaction commits."""
    if hotspot_ids:
        arguments = {"tenant_id": tenant_id, "hotspot_ids": list(hotspot_ids)}
        lock = f"{TASK}:{tenant_id}:{min(hotspot_ids)}"
        await defer_each(connection, TASK, [arguments], queue=QUEUE, lock=lock)


def register(app: procrastinate.App, asking: "Asking") -> None:
    """Add the task `ask_rag` (arguments `tenant_id`, `hotspot_ids`) to a worker's application."""

    @app.task(name=TASK, queue=QUEUE, retry=RETRY, pass_context=True)
    async def ask_rag(context: procrastinate.JobContext, tenant_id: int, hotspot_ids: list[int]) -> None:
        last = context.job.attempts >= MOST_RETRIES
        outage = await asking.about(tenant_id, hotspot_ids, last=last)
        if outage and not last:
            raise NotYet(outage)


@dataclass(frozen=True)
class Asking:
    """Asks the service behind `client`, and commits what it says."""

    engine: AsyncEngine
    clock: Clock
    client: RagClient

    async def about(self, tenant_id: int, hotspot_ids: Sequence[int], *, last: bool) -> str | None:
        """Ask about those of the hotspots that have no answer; returns why one got none that may get it later.

        The first goes alone: where it gets none, no more are asked. `last`: none will be later, and all are marked so.
        """
        async with self.engine.connect() as connection:
            questions = await store.waiting(connection, tenant_id, hotspot_ids)
        outage = await self._ask(tenant_id, questions[:1], last=last)
        if outage:
            for question in questions[1:] if last else ():
                await self._save(tenant_id, question, NoAnswer(outage, again=True), last=last)
            return outage
        for start in range(1, len(questions), QUESTIONS_AT_ONCE):
            some = questions[start : start + QUESTIONS_AT_ONCE]
            outage = await self._ask(tenant_id, some, last=last) or outage
        return outage

    async def again(self) -> None:
        """Ask about active hotspots of all tenants whose question failed or got lost: for a timer.

        Ends when the service is out of reach; those not tried for longest come first, so that one is never in the way.
        """
        async with self.engine.connect() as connection:
            found = await store.left(connection, self.clock(), FORGOTTEN, NEWS_FOR, ASKED_AGAIN_AT_ONCE)
        for tenant_id, hotspot_id in found:
            if await self.about(tenant_id, [hotspot_id], last=True):
                return

    async def _ask(self, tenant_id: int, some: Sequence[RagQuestion], *, last: bool) -> str | None:
        answers = await asyncio.gather(*map(self.client.recommend, some))
        for question, told in zip(some, answers, strict=True):
            await self._save(tenant_id, question, told, last=last)
        return next((told.reason for told in answers if isinstance(told, NoAnswer) and told.again), None)

    async def _save(self, tenant_id: int, question: RagQuestion, told: RagAnswer | NoAnswer, *, last: bool) -> None:
        hotspot_id, now = question.hotspot_id, self.clock()
        async with self.engine.begin() as connection:
            if isinstance(told, RagAnswer):
                new = await take_answer(connection, tenant_id, hotspot_id, told, self.client.name, now)
                logger.info("hotspot {}: {} new recommendations of the RAG service", hotspot_id, new)
            else:
                final = last or not told.again
                await take_failure(connection, tenant_id, hotspot_id, told.reason, now, final=final)
