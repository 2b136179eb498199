"""SQL of documents and of the passages they are read into."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.tables import document_files, documents, passages
from carbon_nexus.documents.model import Language, Section

KNOWLEDGE_LOCK = 0x_D0C5  # any fixed number: two processes that start at once bring the measures in one after the other
SHOWN = (
    *("id", "upload_id", "filename", "media_type", "size_bytes", "sha256", "title", "language", "status", "error"),
    *("pages", "passages", "created_by", "created_at", "updated_at"),
)
COLUMNS = [documents.c[name] for name in SHOWN]
SAMPLE_CHARACTERS = 20_000
MOST_KEPT = 0.9  # share of words that are no stop words in the likeliest language, beyond which none is likely
# a slash joins words that are looked for one by one, as in km/h and /hotspots
_WORDS = """
setweight(to_tsvector(CAST(CAST(:language AS text) AS regconfig), translate(heading, '/', ' ')), 'A')
    || setweight(to_tsvector(CAST(CAST(:language AS text) AS regconfig), translate(text, '/', ' ')), 'B')
"""
_SAVE_PIECES = f"""
INSERT INTO passages (tenant_id, document_id, ordinal, page, heading, text, language, words)
SELECT :tenant_id, :document_id, ordinal - 1, page, heading, text, CAST(:language AS text), {_WORDS}
FROM unnest(CAST(:pages AS integer[]), CAST(:headings AS text[]), CAST(:texts AS text[]))
    WITH ORDINALITY AS given (page, heading, text, ordinal)
"""  # noqa: S608  names of ours
_SAVE_MEASURES = f"""
INSERT INTO passages (tenant_id, measure_id, ordinal, heading, text, language, words)
SELECT :tenant_id, measure_id, 0, heading, text, CAST(:language AS text), {_WORDS}
FROM unnest(CAST(:ids AS text[]), CAST(:headings AS text[]), CAST(:texts AS text[]))
    AS given (measure_id, heading, text)
ON CONFLICT (tenant_id, measure_id) WHERE measure_id IS NOT NULL DO UPDATE SET
    heading = excluded.heading, text = excluded.text, language = excluded.language, words = excluded.words,
    embedding = NULL, embedding_model = NULL
WHERE (passages.heading, passages.text, passages.language) <> (excluded.heading, excluded.text, excluded.language)
"""  # noqa: S608  names of ours
_LANGUAGE = """
SELECT language FROM unnest(CAST(:languages AS text[])) WITH ORDINALITY AS given (language, place)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(cardinality(positions)), 0) AS kept
    FROM unnest(to_tsvector(CAST(language AS regconfig), :sample))
) AS words
ORDER BY kept * CASE language WHEN 'simple' THEN CAST(:most_kept AS real) ELSE 1 END, place LIMIT 1
"""

_SAVE_EMBEDDINGS = """
UPDATE passages SET embedding = CAST(given.vector AS real[]), embedding_model = CAST(:model AS text)
FROM unnest(CAST(:ids AS bigint[]), CAST(:texts AS text[]), CAST(:vectors AS text[])) AS given (id, text, vector)
WHERE passages.id = given.id AND passages.text = given.text
"""


def listed(tenant_id: int, status: str | None) -> Select[Any]:
    """The tenant's documents, in one state or in any."""
    rows = select(*COLUMNS).where(documents.c.tenant_id == tenant_id)
    return rows if status is None else rows.where(documents.c.status == status)


async def add(
    connection: AsyncConnection, tenant_id: int, values: Mapping[str, Any], content: bytes
) -> dict[str, Any] | None:
    """Store a new document with its file; None where the tenant has this very file already."""
    new = upsert(documents).values(tenant_id=tenant_id, **values)
    row = await connection.execute(
        new.on_conflict_do_nothing(index_elements=["tenant_id", "sha256"]).returning(*COLUMNS)
    )
    stored = row.mappings().one_or_none()
    if stored is None:
        return None
    file = {"document_id": stored["id"], "tenant_id": tenant_id, "content": content}
    await connection.execute(insert(document_files).values(file))
    return dict(stored)


async def find(connection: AsyncConnection, tenant_id: int, *, lock: bool = False, **by: Any) -> dict[str, Any] | None:
    """One document by columns such as `id` or `sha256`; None if there is none. `lock` keeps others from changing it."""
    wanted = select(*COLUMNS).where(documents.c.tenant_id == tenant_id)
    wanted = wanted.where(*(documents.c[name] == value for name, value in by.items()))
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).mappings().one_or_none()
    return None if row is None else dict(row)


async def change(
    connection: AsyncConnection, tenant_id: int, document_id: int, now: datetime, **values: Any
) -> dict[str, Any]:
    """Change columns of a document; the row as it is then."""
    which = (documents.c.tenant_id == tenant_id, documents.c.id == document_id)
    changed = update(documents).where(*which).values(updated_at=now, **values).returning(*COLUMNS)
    return dict((await connection.execute(changed)).mappings().one())


async def remove(connection: AsyncConnection, tenant_id: int, document_id: int) -> None:
    """Delete a document with its file and its passages."""
    which = (documents.c.tenant_id == tenant_id, documents.c.id == document_id)
    await connection.execute(delete(documents).where(*which))


async def content_of(connection: AsyncConnection, tenant_id: int, document_id: int) -> bytes:
    """The file as it was sent."""
    which = (document_files.c.tenant_id == tenant_id, document_files.c.document_id == document_id)
    return bytes((await connection.execute(select(document_files.c.content).where(*which))).scalar_one())


async def language_of(connection: AsyncConnection, sample: str) -> str:
    """The language whose stop words make up most of a text; `simple` where none are many."""
    given = {"languages": list(Language), "sample": sample[:SAMPLE_CHARACTERS], "most_kept": MOST_KEPT}
    return str(await connection.scalar(text(_LANGUAGE), given))


async def save_pieces(
    connection: AsyncConnection, tenant_id: int, document_id: int, pieces: Sequence[Section], language: str
) -> None:
    """Store the passages of a document in the place of those it may have."""
    which = (passages.c.tenant_id == tenant_id, passages.c.document_id == document_id)
    await connection.execute(delete(passages).where(*which))
    given = {
        "tenant_id": tenant_id, "document_id": document_id, "language": language,
        "pages": [piece.page for piece in pieces],
        "headings": [piece.heading for piece in pieces],
        "texts": [piece.text for piece in pieces],
    }  # fmt: skip
    await connection.execute(text(_SAVE_PIECES), given)


async def save_measures(
    connection: AsyncConnection, tenant_id: int | None, measures: Sequence[tuple[str, str, str]], language: str
) -> None:
    """Bring the passages of a tenant's measures (None: the packaged ones) to these; one that is the same stays."""
    own = passages.c
    ids = [measure_id for measure_id, _, _ in measures]
    gone = own.measure_id.is_not(None) & own.tenant_id.is_not_distinct_from(tenant_id) & own.measure_id.not_in(ids)
    await connection.execute(delete(passages).where(gone))
    given = {
        "tenant_id": tenant_id, "language": language, "ids": ids,
        "headings": [title for _, title, _ in measures],
        "texts": [told for _, _, told in measures],
    }  # fmt: skip
    await connection.execute(text(_SAVE_MEASURES), given)


async def take_turns(connection: AsyncConnection) -> None:
    """Wait until no other process that starts brings the packaged measures in; held until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(KNOWLEDGE_LOCK)))


def pieces_of(tenant_id: int, document_id: int) -> Select[Any]:
    """The passages of a document, in its order."""
    own = passages.c
    columns = (own.id, own.ordinal, own.page, own.heading, own.text)
    which = (own.tenant_id == tenant_id, own.document_id == document_id)
    return select(*columns).where(*which).order_by(own.ordinal)


async def place_of(connection: AsyncConnection, tenant_id: int, document_id: int, passage_id: int) -> int | None:
    """The ordinal of a passage of this document; None: it has no such passage."""
    own = passages.c
    which = (own.tenant_id == tenant_id, own.document_id == document_id, own.id == passage_id)
    place: int | None = await connection.scalar(select(own.ordinal).where(*which))
    return place


async def not_embedded(connection: AsyncConnection, model: str, limit: int) -> list[tuple[int, str, str]]:
    """Passages of all tenants that this model has not seen: id, heading, text."""
    own = passages.c
    waiting = select(own.id, own.heading, own.text).where(own.embedding_model.is_distinct_from(model))
    return [tuple(row) for row in await connection.execute(waiting.order_by(own.id).limit(limit))]


async def save_embeddings(
    connection: AsyncConnection, seen: Sequence[tuple[int, str, str]], vectors: Sequence[Sequence[float]], model: str
) -> None:
    """Store what the model made of passages; one whose text has changed since waits for its next turn."""
    given = {
        "model": model, "ids": [id_ for id_, _, _ in seen], "texts": [told for _, _, told in seen],
        # as text: an array of arrays would be taken apart to its numbers
        "vectors": [f"{{{','.join(map(str, vector))}}}" for vector in vectors],
    }  # fmt: skip
    await connection.execute(text(_SAVE_EMBEDDINGS), given)
