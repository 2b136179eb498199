"""A document from its arrival to its end, over HTTP."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.documents import search_store, service, store
from carbon_nexus.documents.apart import read_apart
from carbon_nexus.kit.clock import Clock
from tests.unit.documents.files import pdf, word

from .conftest import Watched, Work, send

Audit = Callable[[], list[tuple[Any, ...]]]
PAPER = b"# Depot\n\nThe zeppelin hangar opens at six.\n\n## Doors\n\nKeep them closed.\n"


def told(audit: Audit) -> list[tuple[str, str, str]]:
    return [(action, subject, actor) for _, action, kind, subject, actor, *_ in audit() if kind == "document"]


async def test_a_document_is_read_and_found(client: httpx.AsyncClient, work: Work, audit: Audit) -> None:
    sent = await send(client, "manual.pdf", pdf("The zeppelin hangar", "Doors"), title="Manual")
    assert sent.status_code == 202, sent.text
    document = sent.json()
    shown = (document["status"], document["known"], document["passages"], document["language"])
    assert shown == ("queued", False, 0, None)
    await work()
    ready = (await client.get(f"/documents/{document['id']}")).json()
    assert (ready["status"], ready["pages"], ready["passages"], ready["title"]) == ("ready", 2, 2, "Manual")
    pieces = (await client.get(f"/documents/{document['id']}/passages")).json()
    assert [(piece["ordinal"], piece["page"], piece["text"]) for piece in pieces] == [
        (0, 1, "The zeppelin hangar"), (1, 2, "Doors"),
    ]  # fmt: skip
    found = (await client.get("/documents/search", params={"q": "where is the zeppelin?"})).json()
    first = found["passages"][0]
    assert (first["document_id"], first["title"], first["page"]) == (document["id"], "Manual", 1)
    assert (found["how"], found["note"]) == ("text", None)
    subject = str(document["id"])
    assert told(audit) == [("document.uploaded", subject, "local"), ("document.ready", subject, "documents")]


@pytest.mark.parametrize(
    ("name", "content", "title", "language"),
    [
        ("a.md", PAPER, "Depot", "english"),
        ("a.docx", word(("Title", "Werk"), ("Normal", "Die Tür ist zu und das Tor ist auch zu.")), "Werk", "german"),
        ("notes.txt", b"x1 y2 z3 q4 w5", "notes", "simple"),
    ],
)
async def test_title_and_language_are_found_out(
    client: httpx.AsyncClient, work: Work, name: str, content: bytes, title: str, language: str
) -> None:
    document = (await send(client, name, content)).json()
    await work()
    ready = (await client.get(f"/documents/{document['id']}")).json()
    assert (ready["status"], ready["title"], ready["language"], ready["error"]) == ("ready", title, language, None)


async def test_the_same_file_is_the_same_document(client: httpx.AsyncClient, work: Work) -> None:
    answers = await asyncio.gather(*(send(client, f"{number}.md", PAPER) for number in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    await work()
    again = await send(client, "later.md", PAPER)
    assert (again.status_code, again.json()["status"], again.json()["known"]) == (200, "ready", True)
    listed = await client.get("/documents")
    assert (len(listed.json()), listed.headers["X-Total-Count"]) == (1, "1")


async def test_what_cannot_be_read_says_why_and_is_tried_again(
    client: httpx.AsyncClient, work: Work, audit: Audit
) -> None:
    document = (await send(client, "scan.pdf", pdf(""))).json()
    await work()
    (failed,) = (await client.get("/documents", params={"status": "failed"})).json()
    assert "text recognition" in failed["error"]
    again = await send(client, "scan.pdf", pdf(""))
    assert (again.status_code, again.json()["status"], again.json()["error"]) == (200, "queued", None)
    await work()
    assert [action for action, *_ in told(audit)] == [
        "document.uploaded", "document.failed", "document.retried", "document.failed",
    ]  # fmt: skip
    assert (await client.get(f"/documents/{document['id']}/passages")).json() == []


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.exe", b"MZ", 422, "invalid_input"),
        ("a.txt", b" ", 422, "invalid_input"),
        ("a.txt", b"x" * (20 * 2**20 + 1), 413, "too_large"),
    ],
)
async def test_a_refused_file_leaves_nothing(
    client: httpx.AsyncClient, audit: Audit, name: str, content: bytes, status: int, code: str
) -> None:
    answer = await send(client, name, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get("/documents")).json() == []
    assert told(audit) == []


async def test_an_unknown_language_is_refused(client: httpx.AsyncClient) -> None:
    answer = await send(client, "a.md", PAPER, language="klingon")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_passages_can_be_walked(client: httpx.AsyncClient, work: Work) -> None:
    document = (await send(client, "a.md", b"\n".join(b"# H%d\n\ntext" % number for number in range(5)))).json()
    await work()
    path, seen, cursor = f"/documents/{document['id']}/passages", [], None
    while True:
        page = await client.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [piece["ordinal"] for piece in page.json()]
        if not (cursor := page.headers.get("X-Next-Cursor")):
            break
    assert (seen, page.headers["X-Total-Count"]) == ([0, 1, 2, 3, 4], "5")


async def test_one_passage_is_shown_with_its_neighbours(client: httpx.AsyncClient, work: Work) -> None:
    text = b"\n".join(b"# H%d\n\ntext" % number for number in range(5))
    document, other = [(await send(client, name, text + name.encode())).json() for name in ("a.md", "b.md")]
    await work()
    path = f"/documents/{document['id']}/passages"
    ids = [piece["id"] for piece in (await client.get(path)).json()]
    for at, limit, found in (
        (2, 3, [1, 2, 3]),
        (0, 3, [0, 1, 2]),
        (4, 3, [3, 4]),
        (2, 1, [2]),
        (1, 500, [0, 1, 2, 3, 4]),
    ):
        page = await client.get(path, params={"around": ids[at], "limit": limit})
        assert ([piece["ordinal"] for piece in page.json()], page.headers["X-Total-Count"]) == (found, "5")
    on = await client.get(path, params={"around": ids[2], "limit": 3})
    rest = await client.get(path, params={"cursor": on.headers["X-Next-Cursor"]})
    assert [piece["ordinal"] for piece in rest.json()] == [4]
    for wrong in (f"/documents/{other['id']}/passages?around={ids[2]}", f"{path}?around={2**63 - 1}"):
        gone = await client.get(wrong)
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    both = await client.get(path, params={"around": ids[2], "cursor": 1})
    assert (both.status_code, both.json()["detail"][0]["loc"]) == (422, ["query", "around"])


async def test_a_deleted_document_is_found_no_longer(client: httpx.AsyncClient, work: Work, audit: Audit) -> None:
    document = (await send(client, "a.md", PAPER)).json()
    await work()
    path = f"/documents/{document['id']}"
    gone = await client.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    for asked in (client.get(path), client.get(f"{path}/passages"), client.delete(path)):
        assert (await asked).status_code == 404
    found = (await client.get("/documents/search", params={"q": "zeppelin hangar"})).json()
    assert [passage for passage in found["passages"] if passage["document_id"]] == []
    *_, (_, action, _, _, actor, _, before, after) = audit()
    assert (action, actor, before["title"], after) == ("document.deleted", "local", "Depot", None)


async def test_of_six_deletes_at_once_one_deletes(client: httpx.AsyncClient, audit: Audit) -> None:
    path = f"/documents/{(await send(client, 'a.md', PAPER)).json()['id']}"
    answers = await asyncio.gather(*(client.delete(path) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [204, *[404] * 5]
    assert [action for action, *_ in told(audit)] == ["document.uploaded", "document.deleted"]


async def test_no_connection_is_held_while_an_embedding_model_is_asked(client: httpx.AsyncClient, app: FastAPI) -> None:
    embedder = app.state.embedder = Watched(app.state.engine)
    assert (await client.get("/documents/search", params={"q": "doors"})).status_code == 200
    assert embedder.held == [0]


async def test_one_that_is_deleted_while_it_is_read_stays_deleted(
    client: httpx.AsyncClient, engine: AsyncEngine, work: Work, clock: Clock
) -> None:
    document = (await send(client, "a.md", PAPER)).json()
    async with engine.begin() as connection:
        begun = await service.begin_reading(connection, 1, document["id"], clock())
    assert begun is not None
    await client.delete(f"/documents/{document['id']}")
    async with engine.begin() as connection:
        await service.finish_reading(connection, 1, document["id"], await read_apart(*begun), clock())
    await work()
    assert (await client.get("/documents")).json() == []


async def test_tenants_know_nothing_of_each_other(
    client: httpx.AsyncClient, work: Work, as_tenant: Callable[[int], None]
) -> None:
    document = (await send(client, "a.md", PAPER)).json()
    await work()
    as_tenant(2)
    path = f"/documents/{document['id']}"
    for asked in (client.get(path), client.get(f"{path}/passages"), client.delete(path)):
        assert (await asked).status_code == 404
    assert (await client.get("/documents")).json() == []
    found = (await client.get("/documents/search", params={"q": "zeppelin hangar door"})).json()
    assert {passage["document_id"] for passage in found["passages"]} == {None}
    assert (await send(client, "a.md", PAPER)).status_code == 202


async def test_no_statement_reaches_another_tenant_s_document(
    client: httpx.AsyncClient, engine: AsyncEngine, work: Work, clock: Clock
) -> None:
    number = (await send(client, "a.md", PAPER)).json()["id"]
    await work()
    async with engine.begin() as connection:
        pieces = (await connection.execute(store.pieces_of(1, number))).all()
        assert await search_store.passages_of(connection, 2, {piece.id: 1.0 for piece in pieces}) == []
        assert (await connection.execute(store.pieces_of(2, number))).all() == []
        await store.remove(connection, 2, number)
        for asked in (
            store.change(connection, 2, number, clock(), title="Theirs"),
            store.content_of(connection, 2, number),
        ):
            with pytest.raises(NoResultFound):
                await asked
        assert len(pieces) == 2
        assert (await service.get_document(connection, 1, number))["title"] == "Depot"
