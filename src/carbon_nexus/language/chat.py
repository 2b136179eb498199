"""The optional language model: what it may be, and one way to have it write claims."""

from importlib import import_module
from typing import Any

from pydantic import SecretStr

from carbon_nexus.errors import StartRefused
from carbon_nexus.kit.breaker import Breaker, BreakerOpen
from carbon_nexus.kit.http import Unanswered
from carbon_nexus.language.ground import ground
from carbon_nexus.language.model import Assignment, Claim, Grounded
from carbon_nexus.language.prompt import RULES, message
from carbon_nexus.settings import Settings

ADDRESSES = {
    "gemini": "https://generativelanguage.googleapis.com/v1beta/openai/",
    "openai": "https://api.openai.com/v1",
    "ollama": "http://localhost:11434/v1",
}
NEEDS_NO_KEY = "ollama"
ANSWER_SECONDS = 60.0
MOST_FAILURES, PAUSE_SECONDS = 3, 60.0


class Writer:
    """The language model `name` (provider:model); left alone for a while when it fails again and again.

    Connections are made per answer: it may be used from any event loop.
    """

    def __init__(self, name: str, url: str, key: SecretStr | None = None, seconds: float = ANSWER_SECONDS) -> None:
        self.name, self._url, self._key, self._seconds = name, url, key, seconds
        self._breaker = Breaker("language model", most_failures=MOST_FAILURES, pause_seconds=PAUSE_SECONDS)
        self._client: Any = import_module("carbon_nexus.language.client")  # of an extra, and a second to load

    async def write(self, given: Assignment) -> Grounded:
        """What the model claims and `given` bears out; without a source it is not asked. Raises kit.http.Unanswered."""
        if not given.sources:
            return Grounded((), 0)
        return ground(await self._claims(given), given)

    async def _claims(self, given: Assignment) -> list[Claim]:
        provider, _, model = self.name.partition(":")
        try:
            with self._breaker.call():
                claims: list[Claim] = await self._client.ask(
                    provider, model, self._url, self._key, RULES, message(given), self._seconds
                )
                return claims
        except BreakerOpen as refusal:
            raise Unanswered(str(refusal)) from refusal


def writer_of(settings: Settings) -> Writer | None:
    """The configured language model; None: none is.

    Raises StartRefused when its provider is not known, its key is missing, or the extra is not installed.
    """
    name = settings.llm_model
    if name is None:
        return None
    provider, _, model = name.partition(":")
    if provider not in ADDRESSES or not model:
        raise StartRefused(
            f"LLM_MODEL is {name!r}, which is not provider:name with a provider of {', '.join(ADDRESSES)}.",
            "Example: LLM_MODEL=gemini:gemini-2.5-flash; for any other OpenAI-compatible service openai:name and "
            "LLM_URL.",
        )
    if provider != NEEDS_NO_KEY and settings.llm_url is None and settings.llm_api_key is None:
        raise StartRefused(f"LLM_MODEL is {name!r} and LLM_API_KEY is empty.", "Set LLM_API_KEY to the provider's key.")
    try:
        return Writer(name, settings.llm_url or ADDRESSES[provider], settings.llm_api_key)
    except ImportError:
        raise StartRefused(
            f"LLM_MODEL is {name!r}, and the package pydantic-ai-slim is not installed.",
            "Install it with `pip install 'carbon-nexus[language]'`, or leave LLM_MODEL empty.",
        ) from None
