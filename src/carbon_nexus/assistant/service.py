"""From a question to its evidence, and from the evidence to an answer. Never commits; nothing is changed by asking."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.assistant import compose, live
from carbon_nexus.assistant.figures import wanted
from carbon_nexus.assistant.model import Evidence, Question, Reply, Understood
from carbon_nexus.documents.service import meaning_of, search
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.language.chat import Writer
from carbon_nexus.language.embed import Embedder

MOST_PASSAGES = 5


async def understand(question: Question, names: Sequence[str], embedder: Embedder | None, today: date) -> Understood:
    """What a question is about, `names` being the tenant's entities.

    Takes as long as an embedding service does: call it outside a transaction.
    """
    # some tenths of a second of a processor for 80 words and 20,000 names
    asked = await asyncio.to_thread(wanted, question, names, today)
    return Understood(question, asked, await meaning_of(question.text, embedder))


async def gather(connection: AsyncConnection, tenant_id: int, understood: Understood, now: datetime) -> Evidence:
    """The figures and passages for a question."""
    question, asked = understood.question, understood.wanted
    figures = await live.read(connection, tenant_id, asked, now)
    found = await search(connection, tenant_id, question.text, MOST_PASSAGES, understood.meaning)
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
