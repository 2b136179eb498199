"""Deferred work of the room, and what it does at the start of a process."""

import procrastinate
from loguru import logger
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.documents import service, store
from carbon_nexus.documents.apart import read_apart
from carbon_nexus.documents.model import Reading, Unreadable
from carbon_nexus.kit.clock import Clock
from carbon_nexus.language.embed import Embedder
from carbon_nexus.measures.own_service import INDEX_TASK

RETRY = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3)  # over an hour in all
EMBEDDED_AT_ONCE = 64


def register(app: procrastinate.App, engine: AsyncEngine, clock: Clock, embedder: Embedder | None) -> None:
    """Add the tasks that read a document, index measures and embed passages; an outage makes them run again."""

    @app.task(name=service.READ_TASK, retry=RETRY)
    async def read_document(tenant_id: int, document_id: int) -> None:
        await read(engine, tenant_id, document_id, clock, embedder)

    @app.task(name=INDEX_TASK, retry=RETRY)
    async def index_measures(tenant_id: int) -> None:
        async with engine.begin() as connection:
            await service.save_own_measures(connection, tenant_id)
            if embedder is not None:
                await service.defer_embedding(connection)

    @app.task(name=service.EMBED_TASK, retry=RETRY)
    async def embed_passages() -> None:
        await embed(engine, embedder)


async def read(engine: AsyncEngine, tenant_id: int, document_id: int, clock: Clock, embedder: Embedder | None) -> None:
    """Read a document that waits, in a process of its own; no transaction is open meanwhile."""
    async with engine.begin() as connection:
        begun = await service.begin_reading(connection, tenant_id, document_id, clock())
    if begun is None:
        return
    outcome: Reading | Unreadable
    try:
        outcome = await read_apart(*begun)
    except Unreadable as problem:
        outcome = problem
    async with engine.begin() as connection:
        await service.finish_reading(connection, tenant_id, document_id, outcome, clock())
        if embedder is not None:
            await service.defer_embedding(connection)


async def embed(engine: AsyncEngine, embedder: Embedder | None) -> int:
    """Embed every passage that the configured model has not seen, batch by batch; how many it were."""
    embedded = 0
    while embedder is not None:
        async with engine.begin() as connection:
            batch = await store.not_embedded(connection, embedder.name, EMBEDDED_AT_ONCE)
        if not batch:
            break
        vectors = await embedder.embed([f"{heading}\n{told}" for _, heading, told in batch])
        async with engine.begin() as connection:
            await store.save_embeddings(connection, batch, vectors, embedder.name)
        embedded += len(batch)
    return embedded


async def prepare(engine: AsyncEngine, embedder: Embedder | None) -> None:
    """At the start of a process: packaged measures can be found, and passages wait to be embedded by the present model.

    A database that does not answer is no reason not to start; the next start does it.
    """
    try:
        if embedder is not None:
            await _add_vectors(engine)
        async with engine.begin() as connection:
            await service.save_packaged_measures(connection)
            if embedder is not None and await store.not_embedded(connection, embedder.name, 1):
                await service.defer_embedding(connection)
    except (OperationalError, InterfaceError) as problem:
        logger.warning("packaged measures cannot be searched yet: {}", problem.orig)


async def _add_vectors(engine: AsyncEngine) -> None:
    try:
        async with engine.begin() as connection:
            await store.take_turns(connection)  # of two at once one would fail
            await connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as problem:  # not installed on the server, or not allowed to this role
        logger.warning("search is by words only, as pgvector cannot be had: {}", problem.orig)
