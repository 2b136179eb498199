"""SQL of finding passages: by their words, by their meaning; and which words they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.documents.model import Passage
from carbon_nexus.documents.words import fillers, phrases_for

# Chosen on the tuning questions of benchmarks/retrieval.py: from 4 to 6, from a half to this saturation, and with
# a heading two to four times its text, recall@5 moves by two questions of 84.
MEANING_WEIGHT = 5.0
SATURATION = 0.1
MOST_SAMPLED = 2_000  # passages whose words are looked at for a misspelt one

EVERYTHING = "(passages.tenant_id = :tenant_id OR passages.tenant_id IS NULL)"
OWN_DOCUMENTS = "passages.tenant_id = :tenant_id AND passages.document_id IS NOT NULL"

# A term is a word of the question, or a meaning that the question has: any phrase of that meaning. A phrase of which
# PostgreSQL leaves out a word ("switch off") is met in a question only as it stands there.
_TERMS = """
given AS (
    SELECT meaning, language, phraseto_tsquery(CAST(language AS regconfig), phrase) AS query,
        phraseto_tsquery('simple', phrase) AS literal
    FROM unnest(CAST(:meanings AS integer[]), CAST(:phrase_languages AS text[]), CAST(:phrases AS text[]))
        AS phrases (meaning, language, phrase)
),
phrases AS MATERIALIZED (SELECT *, numnode(query) < numnode(literal) AS cut FROM given),
spoken AS MATERIALIZED (
    SELECT language, tsvector_to_array(to_tsvector(CAST(language AS regconfig), :fillers)) AS fillers
    FROM unnest(CAST(:languages AS text[])) AS given (language)
),
asked AS MATERIALIZED (
    SELECT number, language, to_tsvector(CAST(language AS regconfig), translate(question, '/', ' ')) AS words,
        to_tsvector('simple', question) AS literal
    FROM unnest(CAST(:questions AS text[])) WITH ORDINALITY AS given (question, number)
    CROSS JOIN (SELECT language FROM phrases UNION SELECT language FROM spoken) AS languages
),
told AS (
    -- most of its words are stop words of the language it is in
    SELECT *, rank() OVER (PARTITION BY number ORDER BY length(words)) = 1 AS likely
    FROM asked WHERE language IN (SELECT language FROM phrases)
),
met AS MATERIALIZED (
    -- a word that may mean several things counts as much as one that means one
    SELECT number, language, meaning, query, phrases.literal,
        1.0 / count(*) OVER (PARTITION BY number, language, CAST(query AS text)) AS share
    FROM told JOIN phrases USING (language)
    WHERE likely AND CASE WHEN cut THEN told.literal @@ phrases.literal ELSE words @@ query END
),
own AS (
    SELECT number, language, 'word ' || lexeme AS term, phraseto_tsquery('simple', lexeme) AS query, 1.0 AS weight
    FROM asked JOIN spoken USING (language) CROSS JOIN LATERAL unnest(words) AS word
    WHERE lexeme <> ALL (fillers)
        AND NOT EXISTS (  -- "air conditioning" is not about air
            SELECT FROM met WHERE met.number = asked.number AND met.language = asked.language
                AND numnode(met.literal) > 1 AND strpos(CAST(met.query AS text), quote_literal(lexeme)) > 0
        )
),
terms AS MATERIALIZED (
    SELECT * FROM own WHERE numnode(query) > 0
    UNION ALL
    SELECT number, language, 'meaning ' || meaning, CAST(string_agg(CAST(query AS text), ' | ') AS tsquery),
        :meaning_weight * max(share)
    FROM (SELECT number, meaning, max(share) AS share FROM met GROUP BY number, meaning) AS meant
        JOIN phrases USING (meaning) JOIN spoken USING (language)
    WHERE numnode(query) > CASE WHEN cut THEN 1 ELSE 0 END GROUP BY number, language, meaning
)
"""
# BM25 in all but name: PostgreSQL ranks a term by how often it occurs, but does not know how rare it is
_BY_WORDS = f"""
WITH {_TERMS},
hits AS MATERIALIZED (
    SELECT terms.number, term, weight, passages.id, ts_rank('{{{{0, 0, 0.25, 1}}}}', words, query) AS rank
    FROM terms JOIN passages ON passages.words @@ terms.query AND passages.language = terms.language
    WHERE {{scope}}
),
rare AS (
    SELECT number, term, ln(1 + ((SELECT count(*) FROM passages WHERE {{scope}}) - count(*) + 0.5) / (count(*) + 0.5))
        AS rarity
    FROM hits GROUP BY number, term
),
scored AS (
    SELECT number, id, sum(weight * rarity * rank / (rank + :saturation)) AS score
    FROM hits JOIN rare USING (number, term) GROUP BY number, id
),
best AS (SELECT *, row_number() OVER (PARTITION BY number ORDER BY score DESC, id) AS place FROM scored)
SELECT number, id, score FROM best WHERE place <= :limit ORDER BY number, place
"""  # noqa: S608  names of ours
_BY_MEANING = f"""
SELECT id FROM passages
WHERE {EVERYTHING} AND embedding_model = :model AND cardinality(embedding) = cardinality(:vector)
ORDER BY CAST(embedding AS vector) <=> CAST(:vector AS vector), id LIMIT :limit
"""  # noqa: S608  names of ours
_PASSAGES = f"""
SELECT passages.id, document_id, measure_id, coalesce(documents.title, documents.filename, heading) AS title, page,
    heading, text
FROM passages LEFT JOIN documents ON documents.id = document_id AND documents.tenant_id = :tenant_id
WHERE passages.id = ANY(:ids) AND {EVERYTHING}
"""  # noqa: S608  names of ours
_LANGUAGES = """
SELECT language FROM documents WHERE tenant_id = :tenant_id AND status = 'ready' AND passages > 0
UNION SELECT language FROM passages WHERE measure_id IS NOT NULL AND (tenant_id = :tenant_id OR tenant_id IS NULL)
    AND :measures
"""
_UNKNOWN = f"""
SELECT word, min(lexeme) AS stem
FROM unnest(CAST(:words AS text[])) AS given (word) CROSS JOIN unnest(CAST(:languages AS text[])) AS spoken (language)
CROSS JOIN LATERAL unnest(to_tsvector(CAST(language AS regconfig), word)) AS found
GROUP BY word
HAVING bool_and(NOT EXISTS (SELECT FROM passages WHERE words @@ phraseto_tsquery('simple', lexeme) AND {EVERYTHING}))
"""  # noqa: S608  names of ours
_LIKE = f"""
SELECT DISTINCT lexeme
FROM (SELECT words FROM passages WHERE words @@ to_tsquery('simple', :beginning || ':*') AND {EVERYTHING} LIMIT :most)
    AS sample CROSS JOIN LATERAL unnest(words)
WHERE starts_with(lexeme, :beginning)
"""  # noqa: S608  names of ours


@dataclass(frozen=True)
class Hit:
    """A passage found for question `number` (from 0); hits come best first."""

    number: int
    id: int
    score: float


async def languages(connection: AsyncConnection, tenant_id: int, *, measures: bool) -> list[str]:
    """The languages of the tenant's readable documents, and of the measures if they are looked at too."""
    given = {"tenant_id": tenant_id, "measures": measures}
    return list((await connection.scalars(text(_LANGUAGES), given)).all())


async def by_words(
    connection: AsyncConnection,
    tenant_id: int,
    questions: Sequence[str],
    spoken: Sequence[str],
    limit: int,
    *,
    scope: str = EVERYTHING,
) -> list[Hit]:
    """The best passages of each question by its words and what they mean, question by question.

    `scope` is EVERYTHING or OWN_DOCUMENTS, `spoken` the languages of the passages in it.
    """
    known = phrases_for(questions)
    given = {
        "tenant_id": tenant_id, "questions": list(questions), "languages": list(spoken), "limit": limit,
        "meanings": known.meanings, "phrase_languages": known.languages, "phrases": known.phrases,
        "fillers": fillers(), "meaning_weight": MEANING_WEIGHT, "saturation": SATURATION,
    }  # fmt: skip
    found = await connection.execute(text(_BY_WORDS.format(scope=scope)), given)
    return [Hit(number - 1, id_, float(score)) for number, id_, score in found]


async def by_meaning(
    connection: AsyncConnection, tenant_id: int, vector: Sequence[float], model: str, limit: int
) -> list[int]:
    """Ids of the passages that are nearest to a question's vector, nearest first; the database has pgvector."""
    query = text(_BY_MEANING).bindparams(bindparam("vector", list(vector), ARRAY(REAL)))
    given = {"tenant_id": tenant_id, "model": model, "limit": limit}
    return list((await connection.scalars(query, given)).all())


async def has_vectors(connection: AsyncConnection) -> bool:
    """Whether the database has the extension pgvector."""
    return bool(await connection.scalar(text("SELECT to_regtype('vector') IS NOT NULL")))


async def passages_of(connection: AsyncConnection, tenant_id: int, scores: dict[int, float]) -> list[Passage]:
    """The passages with these ids that the tenant may read, in this order, with their scores."""
    found = await connection.execute(text(_PASSAGES), {"tenant_id": tenant_id, "ids": list(scores)})
    rows: dict[int, Any] = {row["id"]: row for row in found.mappings()}
    return [Passage(**rows[id_], score=score) for id_, score in scores.items() if id_ in rows]


async def unknown_words(
    connection: AsyncConnection, tenant_id: int, words: Sequence[str], spoken: Sequence[str]
) -> list[tuple[str, str]]:
    """Words that no passage has in any of the languages, each with its stem."""
    given = {"tenant_id": tenant_id, "words": list(words), "languages": list(spoken)}
    return [(row.word, row.stem) for row in await connection.execute(text(_UNKNOWN), given)]


async def words_like(connection: AsyncConnection, tenant_id: int, beginning: str) -> set[str]:
    """Words of passages that begin so, as PostgreSQL keeps them: without their endings."""
    given = {"tenant_id": tenant_id, "beginning": beginning, "most": MOST_SAMPLED}
    return set((await connection.scalars(text(_LIKE), given)).all())
