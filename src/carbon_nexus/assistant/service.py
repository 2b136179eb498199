"""From a question to its evidence, and from the evidence to an answer. Never commits; nothing is changed by asking."""

import asyncio
from datetime import datetime

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.assistant import compose, live, store
from carbon_nexus.assistant.figures import wanted
from carbon_nexus.assistant.model import Evidence, Question, Reply
from carbon_nexus.documents.service import search
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.language.chat import Writer
from carbon_nexus.language.embed import Embedder

MOST_PASSAGES = 5


async def gather(
    connection: AsyncConnection, tenant_id: int, question: Question, embedder: Embedder | None, now: datetime
) -> Evidence:
    """The figures and passages for a question."""
    names = await store.names(connection, tenant_id)
    asked = await asyncio.to_thread(wanted, question, names, now.date())  # a tenth of a second for 20,000 names
    figures = await live.read(connection, tenant_id, asked, now)
    found = await search(connection, tenant_id, question.text, limit=MOST_PASSAGES, embedder=embedder)
    notes = [*asked.read_as, *([found.note] if found.note else [])]
    if question.ignored:
        notes.append(f"Filters that are not known and were not applied: {', '.join(question.ignored)}.")
    return Evidence(question, figures, found.passages, found.how, notes)


async def answer(evidence: Evidence, writer: Writer | None) -> Reply:
    """The answer: by the language model where one is configured, answers, and keeps to the evidence.

    Takes as long as the model does: call it outside a transaction.
    """
    if writer is None:
        return compose.plain(evidence, compose.NO_MODEL)
    if not evidence.figures and not evidence.passages:
        return compose.plain(evidence, "The language model was not asked")
    try:
        found = await writer.write(compose.assignment(evidence))
    except Unanswered as problem:
        logger.warning("language model {}: {}", writer.name, problem)
        return compose.plain(evidence, f"The language model did not answer ({problem})")
    return compose.written(evidence, found, writer.name)
