"""Vectors of meaning: by the packaged model without any network, and by a service that may be broken."""

import math
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from carbon_nexus.errors import StartRefused
from carbon_nexus.kit.http import Patience, Unanswered
from carbon_nexus.language.embed import LOCAL_NAME, REMOTE_BATCH, RemoteEmbedder, embedder_of
from carbon_nexus.settings import Settings
from tests.answering import Answer, Answering, Call, answering

IMPATIENT = Patience(connect_seconds=0.5, read_seconds=0.2, attempts=2, first_wait_seconds=0.01)


def test_without_a_model_there_is_no_embedder(settings: Settings) -> None:
    assert embedder_of(settings) is None


async def test_the_local_model_needs_no_network(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", _no_network)
    embedder = embedder_of(settings.model_copy(update={"embedding_model": "local"}))
    assert embedder is not None
    assert embedder.name == LOCAL_NAME
    texts = ["Trucks run empty on the way back", "Fewer empty kilometres by backhaul", "A furnace leaks heat", ""]
    near, same, far, nothing = await embedder.embed(texts)
    assert {len(vector) for vector in (near, same, far, nothing)} == {256}
    assert math.hypot(*near) == pytest.approx(1)
    assert set(nothing) == {0.0}
    assert _alike(near, same) > 2 * _alike(near, far)
    assert await embedder.embed([]) == []


def _alike(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _no_network(*_: object) -> None:
    raise AssertionError("the local model called somebody")


@pytest.fixture
def service() -> Iterator[Answering]:
    with answering(lambda call: Answer({"data": numbered(call)})) as running:
        yield running


def numbered(call: Call) -> list[dict[str, Any]]:
    """For each text its length, in reverse order: an index says which is which."""
    texts = orjson.loads(call.body)["input"]
    return [{"index": place, "embedding": [len(text), 1]} for place, text in enumerate(texts)][::-1]


async def test_a_service_is_asked_in_batches_in_openai_s_words(service: Answering) -> None:
    embedder = RemoteEmbedder("small", f"{service.url}/v1", SecretStr("a-secret"))
    texts = ["x" * length for length in range(1, REMOTE_BATCH + 2)]
    assert await embedder.embed(texts) == [[float(len(text)), 1.0] for text in texts]
    assert len(service.calls) == 2
    first = service.calls[0]
    assert (first.path, first.headers["Authorization"]) == ("/v1/embeddings", "Bearer a-secret")
    assert orjson.loads(first.body)["model"] == "small"


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 500, "answered 500"),
        (b"", 503, "answered 503"),
        (b"<html>", 200, "not a list of embeddings"),
        ({"data": [{"index": 0}]}, 200, "not a list of embeddings"),
        ({"data": [{"index": 0, "embedding": ["x"]}]}, 200, "not a list of embeddings"),
        ({"data": []}, 200, "0 embeddings for 2 texts"),
        ({"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}, 200, "2 embeddings for 2 texts"),
        ({"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}, 200, "different lengths"),
        (b'{"data": [{"index": 0, "embedding": ["NaN"]}, {"index": 1, "embedding": [1]}]}', 200, "not finite"),
    ],
)
async def test_an_answer_that_is_none_is_told(service: Answering, body: Any, status: int, why: str) -> None:
    service.answer = lambda _: Answer(body, status)
    with pytest.raises(Unanswered, match=why):
        await RemoteEmbedder("small", service.url, patience=IMPATIENT).embed(["a", "b"])


async def test_a_service_that_hangs_is_not_waited_for(service: Answering) -> None:
    service.answer = service.hang
    with pytest.raises(Unanswered, match="timed out"):
        await RemoteEmbedder("small", service.url, patience=IMPATIENT).embed(["a"])


def test_a_model_without_an_address_is_refused_at_start(settings: Settings) -> None:
    with pytest.raises(StartRefused, match=r"'nomic' and EMBEDDING_URL is empty.*EMBEDDING_MODEL=local"):
        embedder_of(settings.model_copy(update={"embedding_model": "nomic"}))
