"""How often is the passage that answers a question among the first five, by words alone and by meaning too?

`python benchmarks/retrieval.py [--passages N]`. Searched are the packaged measures and the pages of docs/, on an
embedded PostgreSQL; asked are the questions of retrieval_questions.csv. References: the same index asked as PostgreSQL
has it, all words (`plainto_tsquery`) or any of them, ranked by `ts_rank`. `--passages` measures the time among so many.
"""

import argparse
import asyncio
import csv
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from servers import machine, migrated_server, temporary_directory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carbon_nexus.db.engine import make_engine
from carbon_nexus.documents import jobs, service
from carbon_nexus.documents.model import Sent
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.language.embed import LocalEmbedder

HERE = Path(__file__).parent
PAGES = sorted((HERE.parent / "docs").glob("*.md"))
PARTS = ("tune", "held")
NAMES = """
SELECT p.id, coalesce(measure_id, filename || '#' || regexp_replace(heading, '^.* > ', ''))
FROM passages p LEFT JOIN documents d ON d.id = document_id
"""
REFERENCE = """
SELECT id FROM passages CROSS JOIN (SELECT {query} AS query) AS asked
WHERE words @@ query ORDER BY ts_rank(words, query) DESC, id LIMIT :limit
"""
ALL_WORDS = "plainto_tsquery('english', :question)"
ANY_WORD = "CAST(replace(CAST(plainto_tsquery('english', :question) AS text), '&', '|') AS tsquery)"
COPIES = """
INSERT INTO passages (tenant_id, document_id, ordinal, heading, text, language, words)
SELECT tenant_id, document_id, ordinal + 1000 * copy, heading, text, language, words
FROM passages CROSS JOIN generate_series(1, :copies) AS copies (copy) WHERE document_id IS NOT NULL
"""


class Question(NamedTuple):
    """A question of the tuning or the held-out part; any one of the answers will do."""

    part: str
    question: str
    answers: frozenset[str]


Ask = Callable[[AsyncConnection, str, int], Awaitable[Sequence[int]]]


def questions() -> list[Question]:
    with (HERE / "retrieval_questions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Question(row["part"], row["question"], frozenset(row["answers"].split(" | "))) for row in rows]


def reference(query: str) -> Ask:
    async def ask(connection: AsyncConnection, question: str, limit: int) -> Sequence[int]:
        given = {"question": question, "limit": limit}
        return (await connection.scalars(text(REFERENCE.format(query=query)), given)).all()

    return ask


def ours(embedder: LocalEmbedder | None) -> Ask:
    async def ask(connection: AsyncConnection, question: str, limit: int) -> Sequence[int]:
        found = await service.search(connection, 1, question, limit, await service.meaning_of(question, embedder))
        assert found.how == ("text" if embedder is None else "hybrid"), found.note
        return [passage.id for passage in found.passages]

    return ask


async def load(engine: AsyncEngine, embedder: LocalEmbedder) -> None:
    await jobs.prepare(engine, embedder)
    for page in PAGES:
        async with engine.begin() as connection:
            document, _ = await service.upload(
                connection, 1, Sent(page.name, page.read_bytes()), "benchmark", utc_now()
            )
        await jobs.read(engine, 1, document["id"], utc_now, None)
    print(f"{await jobs.embed(engine, embedder)} passages of {len(PAGES)} pages and the packaged measures")


async def judge(connection: AsyncConnection, name: str, ask: Ask) -> None:
    names = {row[0]: row[1] for row in await connection.execute(text(NAMES))}
    ranks: dict[str, list[float]] = {part: [] for part in PARTS}
    began = time.perf_counter()
    for each in questions():
        assert each.answers <= set(names.values()), f"no passage is {each.answers - set(names.values())}"
        got = [names[id_] for id_ in await ask(connection, each.question, 10)]
        place = next((place for place, found in enumerate(got, 1) if found in each.answers), None)
        ranks[each.part].append(0.0 if place is None else 1 / place)
    took = time.perf_counter() - began
    every = [*ranks["tune"], *ranks["held"]]
    cells = [cell for part in (ranks["tune"], ranks["held"], every) for cell in (recall(part), sum(part) / len(part))]
    print(f"| {name} | {' | '.join(f'{cell:.2f}' for cell in cells)} | {1000 * took / len(every):.0f} |")


def recall(reciprocal_ranks: Sequence[float]) -> float:
    return sum(rank >= 1 / 5 for rank in reciprocal_ranks) / len(reciprocal_ranks)


async def run(url: str, passages: int) -> None:
    engine, embedder = make_engine(url), LocalEmbedder()
    await load(engine, embedder)
    counts = {part: sum(each.part == part for each in questions()) for part in PARTS}
    print(f"{counts['tune']} questions that were tuned on, {counts['held']} that were not\n")
    print("| search | tuned: recall@5 | MRR | held out: recall@5 | MRR | all: recall@5 | MRR | ms |")
    print("|---|---|---|---|---|---|---|---|")
    async with engine.connect() as connection:
        await judge(connection, "all words, ts_rank", reference(ALL_WORDS))
        await judge(connection, "any word, ts_rank", reference(ANY_WORD))
        await judge(connection, "text only (default)", ours(None))
        await judge(connection, "hybrid, local embedder", ours(embedder))
    if passages:
        await time_among(engine, embedder, passages)
    await engine.dispose()


async def time_among(engine: AsyncEngine, embedder: LocalEmbedder, passages: int) -> None:
    async with engine.begin() as connection:
        there = await connection.scalar(text("SELECT count(*) FROM passages WHERE document_id IS NOT NULL"))
        await connection.execute(text(COPIES), {"copies": passages // there})
    await jobs.embed(engine, embedder)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE passages"))
        total = await connection.scalar(text("SELECT count(*) FROM passages"))
        for name, ask in (("text only", ours(None)), ("hybrid", ours(embedder))):
            began = time.perf_counter()
            for each in questions():
                await ask(connection, each.question, 5)
            print(f"{name} among {total:,} passages: {1000 * (time.perf_counter() - began) / len(questions()):.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=0, help="also measure the time among so many")
    given = parser.parse_args()
    print(machine())
    with temporary_directory() as directory, migrated_server(directory / "data") as server:
        asyncio.run(run(server.url, given.passages))


if __name__ == "__main__":
    main()
