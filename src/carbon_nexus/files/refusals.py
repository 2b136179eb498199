"""Errors about a file as a whole."""

from carbon_nexus.errors import InvalidInput
from carbon_nexus.files.limits import in_words


def refusal(kind: str, detail: str, remedy: str) -> InvalidInput:
    """An error about the file as a whole."""
    problem = {"type": kind, "loc": ["file"], "msg": f"{detail} {remedy}", "input": None}
    return InvalidInput([problem], "Nothing was stored.")


def too_large(what: str, most_bytes: int, remedy: str) -> InvalidInput:
    """A bound on bytes is passed; `what` names what is too large, as in "The file"."""
    return refusal("too_large", f"{what} is larger than {in_words(most_bytes)}, the most that is read.", remedy)


def empty(what: str = "The file is empty.") -> InvalidInput:
    """There is nothing to read."""
    return refusal("empty_file", what, "Send a header line and at least one row, or at least one JSON object.")
