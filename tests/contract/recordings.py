"""The recorded answers of the original services, and how an answer of ours is held to one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recording:
    """One request and its answer; `name` is the file's without `.json`, such as `orch.hotspots_top`."""

    name: str
    method: str
    url: str
    sent: dict[str, Any]
    files: dict[str, str]
    status: int
    media_type: str
    answer: Any


def recordings() -> list[Recording]:
    """All of them, by name; the OpenAPI documents included."""
    return [_read(path) for path in sorted(HERE.glob("*.json"))]


def differing(recorded: Any, ours: Any, at: str = "$") -> Iterator[str]:
    """Paths of recorded fields that ours lacks or has in another JSON type; `[]` stands for a list's first row.

    Recorded null allows anything, and so does a recorded empty list for the rows of ours.
    """
    if recorded is None:
        return
    if _json_type(recorded) != _json_type(ours):
        yield at
    elif isinstance(recorded, dict):
        for name, value in recorded.items():
            if name in ours:
                yield from differing(value, ours[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif isinstance(recorded, list) and recorded:
        if ours:
            yield from differing(recorded[0], ours[0], f"{at}[]")
        else:
            yield f"{at}[]"


def _json_type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _read(path: Path) -> Recording:
    kept = json.loads(path.read_text())
    request, response = kept["request"], kept["response"]
    return Recording(
        name=path.stem,
        method=request["method"],
        url=request["url"],
        sent={name: request[name] for name in ("json", "headers") if name in request},
        files=request.get("multipart", {}),
        status=response["status"],
        media_type=response["content_type"].split(";")[0],
        answer=response.get("json", response.get("text")),
    )
