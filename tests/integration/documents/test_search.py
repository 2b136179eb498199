"""Passages for a question: by words, by meaning as well, and as evidence for many questions at once."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db import migrate
from carbon_nexus.documents import jobs, service, store
from carbon_nexus.documents.model import Found, Kind, Passage, Sent
from carbon_nexus.documents.read import read
from carbon_nexus.documents.split import split
from carbon_nexus.language.embed import Embedder
from carbon_nexus.measures.library import measures
from tests.conftest import NOW
from tests.integration.db.test_provenance_migration import database, rows, to
from tests.integration.measures.test_measure_routes import OWN

from .conftest import Topics, Work, send

__all__ = ["database"]  # a fixture

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs").glob("*.md"))
PAPER = b"# Depot\n\nThe zeppelin hangar opens at six.\n\n## Blankets\n\nA cosy corner.\n"
Search = Callable[..., Awaitable[Found]]


@pytest.fixture
async def search(engine: AsyncEngine) -> Search:
    """The search of tenant 1, with the packaged measures in."""
    await jobs.prepare(engine, None)

    async def searching(question: str, limit: int = 5, embedder: Embedder | None = None) -> Found:
        meaning = await service.meaning_of(question, embedder)
        async with engine.begin() as connection:
            return await service.search(connection, 1, question, limit, meaning)

    return searching


@pytest.fixture
async def pages(engine: AsyncEngine) -> None:
    """The pages of docs/ as tenant 1's documents."""
    for page in PAGES:
        async with engine.begin() as connection:
            document, _ = await service.upload(connection, 1, Sent(page.name, page.read_bytes()), "test", NOW)
            await service.begin_reading(connection, 1, document["id"], NOW)
            reading = split(Kind.MARKDOWN, *read(Kind.MARKDOWN, page.read_bytes()))
            await service.finish_reading(connection, 1, document["id"], reading, NOW)


async def test_the_right_passage_is_among_the_first_five_for_nine_questions_of_ten(
    search: Search, pages: None, engine: AsyncEngine
) -> None:
    async with engine.connect() as connection:
        query = text("SELECT id, filename FROM documents")
        filenames: dict[int | None, str] = {row.id: row.filename for row in await connection.execute(query)}

    def name(passage: Passage) -> str:
        return passage.measure_id or f"{filenames[passage.document_id]}#{passage.heading.split(' > ')[-1]}"

    with (ROOT / "benchmarks" / "retrieval_questions.csv").open(encoding="utf-8", newline="") as file:
        asked = [(row["question"], set(row["answers"].split(" | "))) for row in csv.DictReader(file)]
    missed = [
        question
        for question, answers in asked
        if not answers & {name(passage) for passage in (await search(question)).passages}
    ]
    assert len(asked) >= 60
    assert len(missed) <= 0.1 * len(asked), missed


@pytest.mark.parametrize(
    ("question", "measure_id"),
    [
        ("refridgerant leakge", "M32"),
        ("Wie vermeiden wir Leerfahrten?", "M04"),
        ("Photovoltaik", "M34"),
        ("HVO", "M11"),
    ],
)
async def test_measures_are_found_misspelt_and_in_german(search: Search, question: str, measure_id: str) -> None:
    found = await search(question)
    assert measure_id in [passage.measure_id for passage in found.passages]
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "question", ["", "the", "?!", "' | & ! <-> \\ :*", "x" * 2000, "%s %(a)s :b", "_____ ___", "qwxyz"]
)
async def test_what_has_no_word_finds_nothing(search: Search, question: str) -> None:
    assert (await search(question)).passages == []


async def test_the_packaged_measures_are_there_once_and_follow_the_library(search: Search, engine: AsyncEngine) -> None:
    query = text("SELECT measure_id, id FROM passages ORDER BY measure_id")
    async with engine.begin() as connection:
        first = (await connection.execute(query)).all()
        await connection.execute(text("UPDATE passages SET heading = 'old' WHERE measure_id = 'M01'"))
        await connection.execute(text("UPDATE passages SET measure_id = 'M99' WHERE measure_id = 'M02'"))
    await jobs.prepare(engine, None)
    async with engine.begin() as connection:
        again = (await connection.execute(query)).all()
        titles = (await connection.scalars(text("SELECT heading FROM passages ORDER BY measure_id"))).all()
    assert [row.measure_id for row in first] == sorted(each.id for each in measures())
    assert [row.measure_id for row in again] == [row.measure_id for row in first]
    assert len(set(again) & set(first)) == len(first) - 1  # only the one that was not there is new
    assert list(titles) == [each.title for each in sorted(measures(), key=lambda each: each.id)]


async def test_measures_of_a_tenant_are_its_own(search: Search, engine: AsyncEngine) -> None:
    for told in ([("own-1", "Zeppelins", "Carry freight by zeppelin.")], []):
        async with engine.begin() as connection:
            await service.save_measure_passages(connection, 1, told)
            for tenant_id, expected in ((1, [measure_id for measure_id, *_ in told]), (2, [])):
                found = await service.search(connection, tenant_id, "zeppelin")
                assert [passage.measure_id for passage in found.passages] == expected


async def test_own_measures_are_found_as_they_are_now(client: httpx.AsyncClient, work: Work) -> None:
    async def found() -> set[str | None]:
        await work()
        answer = await client.get("/documents/search", params={"q": "share runs with the neighbour", "limit": 20})
        return {each["measure_id"] for each in answer.json()["passages"]}

    own = (await client.post("/measures", json=OWN)).json()["id"]
    assert own in await found()
    await client.delete(f"/measures/{own}")
    assert own not in await found()


async def test_meaning_finds_what_no_word_does(
    search: Search, client: httpx.AsyncClient, engine: AsyncEngine, work: Work
) -> None:
    model = Topics()
    await jobs.prepare(engine, model)
    document = (await send(client, "a.md", PAPER)).json()
    await work(model)
    found = await search("a cosy blanket please", embedder=model)
    assert (found.how, found.note) == ("hybrid", None)
    assert (found.passages[0].document_id, found.passages[0].heading) == (document["id"], "Depot > Blankets")
    other = Topics("topics-2")
    before = await search("cosy", embedder=other)
    assert (before.how, before.note is not None and "topics-2 has seen no passage" in before.note) == ("text", True)
    await jobs.prepare(engine, other)
    await work(other)
    assert len(other.seen) == len(measures()) + 3  # the question, and both pieces of the document
    assert (await search("cosy", embedder=other)).how == "hybrid"
    await jobs.prepare(engine, other)
    await work(other)
    assert len(other.seen) == len(measures()) + 4  # the question again; nothing is embedded twice


@pytest.mark.parametrize(
    ("question", "model", "note"),
    [
        ("freezer cosy", Topics(answers=False), "does not answer"),
        ("freezer", Topics(), "knows no word"),
        ("freezer cosy", Topics(), "has seen no passage"),
    ],
)
async def test_without_vectors_it_searches_by_words_and_says_so(
    search: Search, engine: AsyncEngine, question: str, model: Topics, note: str
) -> None:
    without = await search(question, embedder=model)
    assert (without.how, without.note) == (
        "text", "Searched by words only: the database has no extension pgvector.",
    )  # fmt: skip
    await jobs.prepare(engine, model)
    found = await search(question, embedder=model)
    assert found.how == "text"
    assert found.note is not None
    assert note in found.note
    assert found.passages == without.passages != []


async def test_evidence_is_of_the_tenants_own_documents(
    search: Search, client: httpx.AsyncClient, engine: AsyncEngine, work: Work
) -> None:
    queries = ["zeppelin", "cosy corners", "freezer doors", "zeppelin"]
    async with engine.begin() as connection:
        assert await service.evidence(connection, 1, queries, 3) == {}
    await send(client, "a.md", PAPER)
    await work()
    async with engine.begin() as connection:
        found = await service.evidence(connection, 1, queries, 3)
        assert await service.evidence(connection, 2, queries, 3) == {}
        assert await service.evidence(connection, 1, [], 3) == {}
    assert {query: [passage.heading for passage in best] for query, best in found.items()} == {
        "zeppelin": ["Depot"], "cosy corners": ["Depot > Blankets"],
    }  # fmt: skip
    assert all(passage.title == "Depot" and passage.score > 0 for best in found.values() for passage in best)


async def test_the_language_of_a_text_is_told_by_its_stop_words(engine: AsyncEngine) -> None:
    texts = {
        "english": "The doors of the store are to be kept shut while it is being cooled.",
        "german": "Die Türen des Lagers sind geschlossen zu halten, während es gekühlt wird.",
        "french": "Les portes de l'entrepôt doivent être fermées pendant qu'il est refroidi.",
        "simple": "AB-12 45 kWh 18.03. Drzwi magazynu powinny pozostać zamknięte",
    }
    async with engine.connect() as connection:
        assert {each: await store.language_of(connection, told) for each, told in texts.items()} == {
            each: each for each in texts
        }


def test_the_way_back_leaves_nothing_and_the_way_on_again_works(database: Engine, database_url: str) -> None:
    with database.begin() as connection:
        to(connection, command.downgrade, "0010")
        query = "SELECT relname FROM pg_class WHERE relname ~ '^(documents|document_files|passages)'"
        assert rows(connection, query) == []
    migrate.upgrade(database_url)
    migrate.check(database_url)
