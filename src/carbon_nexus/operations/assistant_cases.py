"""The cases of the assistant: asked nothing, because an answer may cost a minute of a language model, and money."""

from collections.abc import Iterator

from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal


def answering() -> Iterator[Case]:
    """A case for each endpoint of the assistant."""
    for path in ("/api/query", "/api/chat"):
        yield Case("POST", path, Refusal, 422, sent={"json": {"question": " "}})
