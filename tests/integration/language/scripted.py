"""A separate language model of the tests: an HTTP server that speaks OpenAI's protocol and says what a test wants."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.answering import Answer, Answering, Call, answering

Stated = tuple[str, Sequence[str]]


@dataclass
class Model:
    """A model that was started: its address, what it was asked, and what it says to anything."""

    server: Answering
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1"

    @property
    def shown(self) -> str:
        """All messages of the last question, as one text."""
        return "\n".join(str(each["content"]) for each in self.asked[-1]["messages"])

    def claims(self, *stated: Stated) -> None:
        """From now on it claims these."""
        items = [{"text": text, "passage_ids": list(cited)} for text, cited in stated]
        self.says(orjson.dumps({"claims": items}).decode())

    def says(self, text: str) -> None:
        """From now on this is the text of its answers."""
        self.answers(lambda _: Answer(completion(text)))

    def answers(self, answer: Callable[[Call], Answer]) -> None:
        def noted(call: Call) -> Answer:
            self.asked.append(orjson.loads(call.body))
            return answer(call)

        self.server.answer = noted


@contextmanager
def model() -> Iterator[Model]:
    """A model that claims nothing until it is told what."""
    with answering(lambda _: Answer(b"", 500)) as server:
        made = Model(server)
        made.claims()
        yield made


def completion(text: str) -> dict[str, Any]:
    """OpenAI's answer to a chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    base = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_767_225_600, "model": "scripted"}
    return base | {"choices": [choice], "usage": usage}
