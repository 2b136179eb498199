"""A separate RAG service behind RAG_SERVICE_URL: one hotspot for each call, read with care."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol
from urllib.parse import urlsplit

import orjson

from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import BadAnswer, Patience, Service, Unanswered
from carbon_nexus.recommendations.rag_agree import NoAnswer, RagAnswer, RagQuestion, read_answer

PATH = "/api/rag/recommend"
ANSWER_SECONDS = 60.0  # a language model may stand behind it


class RagClient(Protocol):
    """Who is asked about hotspots outside this process."""

    @property
    def name(self) -> str:
        """What the provenance calls it."""

    async def recommend(self, question: RagQuestion) -> RagAnswer | NoAnswer:
        """Ask about one hotspot; does not raise for outages."""


class RemoteRag:
    """The RAG service at `url`. One for a process and its event loop: it keeps the connections and the breaker."""

    def __init__(
        self,
        url: str,
        *,
        breaker: Breaker | None = None,
        patience: Patience | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.name = _without_credentials(url)
        self._answer_seconds = answer_seconds
        patience = patience or Patience(read_seconds=answer_seconds)
        self._service = Service(url, breaker or Breaker("RAG service"), patience=patience)

    async def recommend(self, question: RagQuestion) -> RagAnswer | NoAnswer:
        """The service's root cause and actions within `answer_seconds`, all attempts together, or why there are none.

        It is told to store nothing: the same question may be asked again.
        """
        deadline = asyncio.get_running_loop().time() + self._answer_seconds
        try:
            return await self._service.post(PATH, request_body(question), _read, deadline)
        except Unanswered as problem:
            return NoAnswer(str(problem), again=not isinstance(problem.__cause__, BadAnswer))

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._service.aclose()


@asynccontextmanager
async def open_rag(url: str | None) -> AsyncIterator[RagClient | None]:
    """The service at `url`, None without one; its connections are closed with the context."""
    remote = RemoteRag(url) if url else None
    try:
        yield remote
    finally:
        if remote:
            await remote.aclose()


def request_body(question: RagQuestion) -> bytes:
    """The question as the contract has it."""
    return orjson.dumps(
        {
            "supplier": question.entity,
            "predicted": question.predicted_kg,
            "baseline": question.baseline_kg,
            "hotspot_reason": question.reason,
            "event_type": question.event_type,
            "hotspot_id": question.hotspot_id,
            "save_to_db": False,
        }
    )


def _read(content: bytes) -> RagAnswer:
    told = read_answer(content)
    if isinstance(told, NoAnswer):
        raise BadAnswer(told.reason)
    return told


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
