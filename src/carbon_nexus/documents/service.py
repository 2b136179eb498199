"""Take documents in, read them into passages, find passages for a question. Never commits."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.documents import search_store as found
from carbon_nexus.documents import store
from carbon_nexus.documents.fuse import fuse
from carbon_nexus.documents.model import LONGEST_TITLE, Found, Kind, Meaning, Passage, Reading, Sent, Status, Unreadable
from carbon_nexus.documents.recognise import kind_of
from carbon_nexus.documents.words import nearest, packaged_words, words_of
from carbon_nexus.errors import NotFound
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.kit.jobs import defer_each
from carbon_nexus.language.embed import Embedder
from carbon_nexus.measures.library import measures
from carbon_nexus.measures.model import Measure
from carbon_nexus.measures.own_service import measures_of

QUEUE = "documents"  # its own: a long document holds up no scan
READ_TASK, EMBED_TASK = "read-document", "embed-passages"
READER = "documents"  # the actor of what comes of reading
FUSED_FROM = 50  # places of each ranking that are looked at
LIKE_LETTERS = 3  # that a misspelt word begins with as it should
MOST_MISSPELT = 10  # words of a question that are looked at
LANGUAGE_SAMPLE = 20  # pieces by which a language is told
AUDITED = (
    "filename",
    "media_type",
    "size_bytes",
    "sha256",
    "title",
    "language",
    "status",
    "error",
    "pages",
    "passages",
)


async def upload(
    connection: AsyncConnection, tenant_id: int, sent: Sent, actor: str, now: datetime
) -> tuple[dict[str, Any], bool]:
    """Store a file, to be read by a job of the same transaction; its document, and whether it is new.

    The same bytes are the same document; one that could not be read is tried again. Raises TooLarge and InvalidInput.
    """
    kind = await asyncio.to_thread(kind_of, sent)
    digest = (await asyncio.to_thread(hashlib.sha256, sent.content)).hexdigest()
    values = {
        "filename": _storable(sent.filename), "media_type": kind, "size_bytes": len(sent.content), "sha256": digest,
        "title": _storable(sent.title or "") or None, "language": sent.language,
        "created_by": actor, "created_at": now, "updated_at": now,
    }  # fmt: skip
    document = await store.add(connection, tenant_id, values, sent.content)
    if document is not None:
        await _queue(connection, tenant_id, document, actor, "uploaded", None)
        return document, True
    known = await store.find(connection, tenant_id, lock=True, sha256=digest)
    if known is None:  # deleted at this moment
        return await upload(connection, tenant_id, sent, actor, now)
    if known["status"] == Status.FAILED:
        again = await store.change(connection, tenant_id, known["id"], now, status=Status.QUEUED, error=None)
        await _queue(connection, tenant_id, again, actor, "retried", known)
        return again, False
    return known, False


async def get_document(
    connection: AsyncConnection, tenant_id: int, document_id: int, *, lock: bool = False
) -> dict[str, Any]:
    """The document as stored; `lock` keeps others from changing it. Raises NotFound."""
    document = await store.find(connection, tenant_id, lock=lock, id=document_id)
    if document is None:
        raise NotFound(f"There is no document {document_id}.", "GET /documents lists all.")
    return document


async def first_around(
    connection: AsyncConnection, tenant_id: int, document_id: int, passage_id: int, limit: int
) -> int:
    """Where `limit` passages begin that have this one in their middle, as an ordinal. Raises NotFound."""
    place = await store.place_of(connection, tenant_id, document_id, passage_id)
    if place is None:
        why = f"Document {document_id} has no passage {passage_id}; it may have been read anew."
        raise NotFound(why, f"GET /documents/{document_id}/passages lists those it has.")
    return max(0, place - limit // 2)


async def delete_document(connection: AsyncConnection, tenant_id: int, document_id: int, actor: str) -> None:
    """Delete a document with its file and its passages. Raises NotFound."""
    document = await get_document(connection, tenant_id, document_id, lock=True)  # of two at once one is told 404
    await store.remove(connection, tenant_id, document_id)
    await record(connection, tenant_id, [_entry("deleted", document, actor, document, None)])


async def begin_reading(
    connection: AsyncConnection, tenant_id: int, document_id: int, now: datetime
) -> tuple[Kind, bytes] | None:
    """What there is to read; None where the document is gone or was read. One whose reader was killed is read anew."""
    document = await store.find(connection, tenant_id, lock=True, id=document_id)
    if document is None or document["status"] not in (Status.QUEUED, Status.READING):
        return None
    await store.change(connection, tenant_id, document_id, now, status=Status.READING)
    return Kind(document["media_type"]), await store.content_of(connection, tenant_id, document_id)


async def finish_reading(
    connection: AsyncConnection, tenant_id: int, document_id: int, outcome: Reading | Unreadable, now: datetime
) -> None:
    """Store what reading came to; nothing where the document was deleted or read meanwhile."""
    before = await store.find(connection, tenant_id, lock=True, id=document_id)
    if before is None or before["status"] != Status.READING:
        return
    if isinstance(outcome, Unreadable):
        failed = {"status": Status.FAILED, "error": str(outcome)}
        after = await store.change(connection, tenant_id, document_id, now, **failed)
    else:
        after = await _keep(connection, tenant_id, before, outcome, now)
    await record(connection, tenant_id, [_entry(after["status"], after, READER, before, after)])


async def defer_embedding(connection: AsyncConnection) -> None:
    """Have a job embed every passage that the configured model has not seen."""
    await defer_each(connection, EMBED_TASK, [{}], queue=QUEUE, lock=EMBED_TASK)


async def save_measure_passages(
    connection: AsyncConnection, tenant_id: int | None, told: Sequence[tuple[str, str, str]]
) -> None:
    """Make exactly these measures (id, title, text) the tenant's searchable ones; of tenant None: the packaged ones.

    One that has not changed stays as it is; one that is no longer there is no longer found.
    """
    language = await store.language_of(connection, "\n".join(f"{title}\n{text}" for _, title, text in told))
    await store.save_measures(connection, tenant_id, told, language)


async def save_packaged_measures(connection: AsyncConnection) -> None:
    """Make the packaged measures of this version the searchable ones, for all tenants."""
    await store.take_turns(connection)
    await save_measure_passages(connection, None, [(each.id, each.title, _told(each)) for each in measures()])


async def save_own_measures(connection: AsyncConnection, tenant_id: int) -> None:
    """Make the tenant's own measures, as they are now, the searchable ones beside the packaged ones."""
    await store.take_turns(connection)
    own = [each for each in await measures_of(connection, tenant_id) if each.version is not None]
    await save_measure_passages(connection, tenant_id, [(each.id, each.title, _told(each)) for each in own])


async def meaning_of(question: str, embedder: Embedder | None) -> Meaning | None:
    """What the configured model makes of a question; None: none is.

    A service may take half a minute: call it outside a transaction.
    """
    if embedder is None:
        return None
    try:
        (vector,) = await embedder.embed([question])
    except Unanswered as problem:
        return Meaning(embedder.name, None, f"the embedding model {embedder.name} does not answer ({problem}).")
    if not any(vector):
        return Meaning(embedder.name, None, f"the embedding model {embedder.name} knows no word of the question.")
    return Meaning(embedder.name, vector)


async def search(
    connection: AsyncConnection, tenant_id: int, question: str, limit: int = 5, meaning: Meaning | None = None
) -> Found:
    """Passages of the tenant's documents and of measures that may answer a question, best first.

    By words alone without its `meaning`, or where that cannot be had or compared: `note` says why.
    """
    spoken = await found.languages(connection, tenant_id, measures=True)
    asked = await _spelt(connection, tenant_id, question, spoken)
    by_words = {
        hit.id: hit.score
        for hit in await found.by_words(connection, tenant_id, [asked], spoken, max(limit, FUSED_FROM))
    }
    near = await _by_meaning(connection, tenant_id, meaning) if meaning else None
    if isinstance(near, list):
        fused = fuse(list(by_words)[:FUSED_FROM], near)
        return Found(await found.passages_of(connection, tenant_id, _first(fused, limit)), "hybrid")
    note = f"Searched by words only: {near}" if near else None
    return Found(await found.passages_of(connection, tenant_id, _first(by_words, limit)), "text", note)


async def evidence(
    connection: AsyncConnection, tenant_id: int, queries: Sequence[str], limit: int
) -> dict[str, list[Passage]]:
    """For each query the best passages of the tenant's own documents, by words; a query without any is left out."""
    spoken = await found.languages(connection, tenant_id, measures=False)
    if not spoken or not queries:
        return {}
    asked = list(dict.fromkeys(queries))
    hits = await found.by_words(connection, tenant_id, asked, spoken, limit, scope=found.OWN_DOCUMENTS)
    read = {each.id: each for each in await found.passages_of(connection, tenant_id, {hit.id: 0.0 for hit in hits})}
    best: dict[str, list[Passage]] = {}
    for hit in hits:
        best.setdefault(asked[hit.number], []).append(replace(read[hit.id], score=hit.score))
    return best


async def _by_meaning(connection: AsyncConnection, tenant_id: int, meaning: Meaning) -> list[int] | str | None:
    """Ids by meaning, nearest first; or why there are none."""
    if not await found.has_vectors(connection):
        return "the database has no extension pgvector."
    if meaning.vector is None:
        return meaning.note
    near = await found.by_meaning(connection, tenant_id, meaning.vector, meaning.model, FUSED_FROM)
    return near or f"the embedding model {meaning.model} has seen no passage yet."


async def _spelt(connection: AsyncConnection, tenant_id: int, question: str, spoken: Sequence[str]) -> str:
    """The question, and behind it the nearest known word of each that neither passages nor synonyms have."""
    words = [word for word in dict.fromkeys(words_of(question)) if word not in packaged_words(word[:LIKE_LETTERS])]
    likely: list[str] = []
    for word, stem in (await found.unknown_words(connection, tenant_id, words, spoken))[:MOST_MISSPELT]:
        beginning = word[:LIKE_LETTERS]
        meant = nearest(word, packaged_words(beginning))
        likely.append(meant or nearest(stem, await found.words_like(connection, tenant_id, beginning)) or "")
    return " ".join([question, *filter(None, likely)])


def _first(scores: dict[int, float], limit: int) -> dict[int, float]:
    return dict(islice(scores.items(), limit))


async def _keep(
    connection: AsyncConnection, tenant_id: int, document: dict[str, Any], reading: Reading, now: datetime
) -> dict[str, Any]:
    sample = "\n".join(piece.text for piece in islice(reading.pieces, LANGUAGE_SAMPLE))
    language = document["language"] or await store.language_of(connection, sample)
    await store.save_pieces(connection, tenant_id, document["id"], reading.pieces, language)
    title = document["title"] or _storable(reading.title or "") or PurePath(document["filename"]).stem
    return await store.change(
        connection, tenant_id, document["id"], now, status=Status.READY, error=None, title=title, language=language,
        pages=reading.pages, passages=len(reading.pieces),
    )  # fmt: skip


async def _queue(
    connection: AsyncConnection, tenant_id: int, document: dict[str, Any], actor: str, what: str, before: Any
) -> None:
    job = {"tenant_id": tenant_id, "document_id": document["id"]}
    await defer_each(connection, READ_TASK, [job], queue=QUEUE, lock=f"{READ_TASK}:{tenant_id}")
    await record(connection, tenant_id, [_entry(what, document, actor, before, document)])


def _entry(what: str, row: dict[str, Any], actor: str, before: Any, after: Any) -> Entry:
    return Entry(
        f"document.{what}",
        "document",
        str(row["id"]),
        actor,
        row["filename"],
        before=_facts(before),
        after=_facts(after),
    )


def _facts(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in AUDITED if row[name] is not None}


def _storable(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST_TITLE]


def _told(measure: Measure) -> str:
    """A measure as a passage, in sentences."""
    share = f"{measure.reduction_low_pct:g} to {measure.reduction_high_pct:g} %"
    return (
        f"{measure.description} {measure.condition} It acts on {measure.acts_on} and changes {share} of "
        f"{measure.reduction_basis}. {measure.cost_impact} Feasibility: {measure.feasibility}. "
        f"Source: {measure.source}."
    )
