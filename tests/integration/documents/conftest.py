"""A worker for the documents, and a small model in the place of a separate embedding service."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import conninfo
from carbon_nexus.documents import jobs, service
from carbon_nexus.documents.words import words_of
from carbon_nexus.kit.clock import Clock
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.kit.jobs import make_worker_app, run_worker
from carbon_nexus.language.embed import Embedder

Work = Callable[..., Awaitable[None]]


@dataclass
class Topics:
    """Knows two topics, each by a few words: a vector is how many of them a text has."""

    name: str = "topics-1"
    topics: tuple[frozenset[str], ...] = (frozenset({"cosy", "blanket"}), frozenset({"door", "opening"}))
    answers: bool = True
    seen: list[str] = field(default_factory=list)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not self.answers:
            raise Unanswered("timed out")
        self.seen += texts
        return [[float(len(topic & set(words_of(text)))) for topic in self.topics] for text in texts]


@dataclass
class Watched:
    """Notes how many connections of an engine are in use while it is asked; knows no word."""

    engine: AsyncEngine
    held: list[int] = field(default_factory=list)
    name: str = "watched"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        self.held.append(pool.checkedout())
        return [[0.0]] * len(texts)


@pytest.fixture
def work(engine: AsyncEngine, database_url: str, clock: Clock) -> Work:
    """Does every job of the documents that waits."""

    async def until_empty(embedder: Embedder | None = None) -> None:
        app = make_worker_app(conninfo(database_url))
        jobs.register(app, engine, clock, embedder)
        async with app.open_async():
            await run_worker(app, until_empty=True, queues=(service.QUEUE,))

    return until_empty


async def send(client: httpx.AsyncClient, name: str, content: bytes, **told: str) -> httpx.Response:
    return await client.post("/documents", files={"file": (name, content)}, data=told)
