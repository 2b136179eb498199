"""Texts as vectors of meaning, for search beside words: a model on this machine, or any OpenAI-compatible service."""

import asyncio
import importlib
import math
import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson
from pydantic import SecretStr

from carbon_nexus.errors import StartRefused
from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import BadAnswer, Patience, Service
from carbon_nexus.settings import Settings

LOCAL = "local"
LOCAL_NAME = "wordllama-l2-supercat-256"
LONGEST_TEXT = 8_000  # characters of a text that count: a batch is padded to its longest
LOCAL_BATCH = 16
REMOTE_BATCH = 64
CALL_SECONDS = 30.0  # for one batch, all attempts together

_loading = threading.Lock()


class Embedder(Protocol):
    """Makes vectors; `name` says of which model they are, and only vectors of one model can be compared."""

    name: str

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, in order, all of one length; a text without any word is all zeros.

        Raises kit.http.Unanswered when a separate service gives no usable answer; a local model always answers.
        """
        ...


def embedder_of(settings: Settings) -> Embedder | None:
    """The configured embedding model; None: none is, and search is by words only.

    Raises StartRefused when the local model is not installed, or another has no address.
    """
    model = settings.embedding_model
    if model is None:
        return None
    if model == LOCAL:
        if find_spec("wordllama") is None:
            raise StartRefused(
                "EMBEDDING_MODEL is local, and the package wordllama is not installed.",
                "Install it with `pip install 'carbon-nexus[embeddings]'`, or leave EMBEDDING_MODEL empty.",
            )
        return LocalEmbedder()
    if settings.embedding_url is None:
        raise StartRefused(
            f"EMBEDDING_MODEL is {model!r} and EMBEDDING_URL is empty.",
            "Set EMBEDDING_URL to an OpenAI-compatible address such as http://localhost:11434/v1, "
            "or EMBEDDING_MODEL=local.",
        )
    return RemoteEmbedder(model, settings.embedding_url, settings.embedding_api_key)


class LocalEmbedder:
    """Wordllama, whose weights are inside its package: 256 numbers per text, no network, under a millisecond each."""

    name = LOCAL_NAME

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 per text, in order; the model is loaded with the first call."""
        return await asyncio.to_thread(_embed_here, list(texts))


class RemoteEmbedder:
    """The model `name` of the OpenAI-compatible service at `url`; left alone for a while when it fails again and again.

    Connections are made per call of `embed` and closed after it: it may be used from any event loop.
    """

    def __init__(self, name: str, url: str, key: SecretStr | None = None, patience: Patience | None = None) -> None:
        self.name, self._url, self._key = name, url, key
        self._patience = patience or Patience(read_seconds=CALL_SECONDS)
        self._breaker = Breaker("embedding service")

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, in order. Raises kit.http.Unanswered."""
        service = Service(self._url, self._breaker, key=self._key, patience=self._patience)
        vectors: list[list[float]] = []
        try:
            for start in range(0, len(texts), REMOTE_BATCH):
                vectors += await self._batch(service, texts[start : start + REMOTE_BATCH])
        finally:
            await service.aclose()
        return vectors

    async def _batch(self, service: Service, texts: Sequence[str]) -> list[list[float]]:
        asked = [text[:LONGEST_TEXT] or " " for text in texts]  # services refuse an empty text
        body = orjson.dumps({"model": self.name, "input": asked, "encoding_format": "float"})
        deadline = asyncio.get_running_loop().time() + CALL_SECONDS
        return await service.post("/embeddings", body, lambda content: read_vectors(content, len(asked)), deadline)


def read_vectors(content: bytes, asked: int) -> list[list[float]]:
    """The vectors of an answer to `asked` texts, in the order asked. Raises BadAnswer for anything else."""
    try:
        items = sorted(orjson.loads(content)["data"], key=lambda item: item["index"])
        vectors = [[float(number) for number in item["embedding"]] for item in items]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise BadAnswer("not a list of embeddings") from None
    if [item["index"] for item in items] != list(range(asked)):
        raise BadAnswer(f"{len(items)} embeddings for {asked} texts")
    if len({len(vector) for vector in vectors}) > 1 or not all(vectors):
        raise BadAnswer("embeddings of different lengths")
    if not all(math.isfinite(number) for vector in vectors for number in vector):
        raise BadAnswer("an embedding has a number that is not finite")
    return vectors


def _embed_here(texts: list[str]) -> list[list[float]]:
    if not texts:
        return []
    vectors = _model().embed([text[:LONGEST_TEXT] for text in texts], batch_size=LOCAL_BATCH)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: list[list[float]] = (vectors / np.where(lengths == 0, 1.0, lengths)).tolist()
    return unit


def _model() -> Any:
    with _loading:  # two first calls at once would load it twice
        return _loaded()


@cache
def _loaded() -> Any:
    wordllama = importlib.import_module("wordllama")  # takes most of a second, and has no types
    # it looks for its tokenizer in the wrong folder of its package and then on the network, unless told where it is
    return wordllama.WordLlama.load(cache_dir=Path(str(wordllama.__file__)).parent, disable_download=True)
