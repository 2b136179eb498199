"""One question to a language model through pydantic-ai, over an OpenAI-compatible address. Needs the extra `language`.

The model is given no tool: all it can do is answer, in the structure asked for.
"""

import asyncio

from openai import AsyncOpenAI
from pydantic import BaseModel, SecretStr
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.exceptions import ModelConnectionError, ModelHTTPError, ModelRateLimitError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from carbon_nexus.kit.http import Unanswered
from carbon_nexus.language.model import Claim

MOST_TOKENS = 4_000  # of an answer; a model that thinks first takes them from the same purse
NO_KEY = "none"  # the client wants one, also for a model on this machine


class StatedClaim(BaseModel):
    """A sentence, and the ids of the sources that say it."""

    text: str
    passage_ids: list[str]


class StatedClaims(BaseModel):
    """All that is claimed, the most useful first."""

    claims: list[StatedClaim]


async def ask(
    provider: str, model: str, url: str, key: SecretStr | None, rules: str, message: str, seconds: float
) -> list[Claim]:
    """What the model claims. Raises kit.http.Unanswered, in words without address, key or anything of the answer."""
    secret = key.get_secret_value() if key else NO_KEY
    try:
        async with asyncio.timeout(seconds), AsyncOpenAI(base_url=url, api_key=secret, max_retries=1) as client:
            agent = Agent(
                _model(provider, model, client),
                output_type=NativeOutput(StatedClaims),
                instructions=rules,
                model_settings=ModelSettings(max_tokens=MOST_TOKENS, timeout=seconds),
                retries=1,
            )
            answer = await agent.run(message)
    except Exception as problem:  # what the libraries raise at an answer they cannot read is written down nowhere
        raise Unanswered(_words(problem)) from problem
    return [Claim(each.text, tuple(each.passage_ids)) for each in answer.output.claims]


def _model(provider: str, model: str, client: AsyncOpenAI) -> OpenAIChatModel:
    # others know the length of an answer under its older name only
    profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=provider == "openai")
    served = OpenAICompatibleProvider(provider, openai_client=client, profile=profile)
    return OpenAIChatModel(model, provider=served)


def _words(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "timed out"
    if isinstance(problem, ModelRateLimitError):
        return "takes no more questions for now"
    if isinstance(problem, ModelHTTPError):
        return f"answered {problem.status_code}"
    return "cannot be reached" if isinstance(problem, ModelConnectionError) else "wrote nothing usable"
