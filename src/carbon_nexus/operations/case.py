"""One request of the smoke test and what it is promised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """A request and its promised answer.

    `path` is the one the documentation lists, `of` fills its parameters; `promise` is the type of the JSON answer,
    or text that a plain answer contains; `sent` are further arguments of the request, as httpx names them.
    """

    method: str
    path: str
    promise: Any
    status: int = 200
    of: Mapping[str, Any] = field(default_factory=dict)
    sent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Method and path, such as `GET /hotspots`."""
        return f"{self.method} {self.path}"
