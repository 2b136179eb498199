"""JSON out, whatever values of the caller's an answer repeats."""

from typing import Any

import orjson

LONGEST_ECHO = 200  # characters of a value that are repeated in an error
DEEPEST_ECHO = 20
LONGEST_ECHO_BYTES = 2000


def json_bytes(body: Any) -> bytes:
    """`body` as JSON, whatever values of the caller's it repeats; numbers in full precision."""
    try:
        return orjson.dumps(body)
    except TypeError:  # a caller's integer over 64 bits, half a surrogate pair, or nesting without end
        return orjson.dumps(plain(body))


def plain(value: Any, depth: int = 0) -> Any:
    """A value of the caller's that any JSON encoder takes: what it cannot hold becomes short text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)[:LONGEST_ECHO]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, dict) and depth < DEEPEST_ECHO:
        return {plain(str(key)): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth < DEEPEST_ECHO:
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, (dict, list, tuple)):
        return "..."
    return str(value).encode(errors="replace").decode()


def echo(value: Any) -> Any:
    """What the caller sent, as an error repeats it: plain, and left out where it is long."""
    shown = plain(value)
    return shown if len(orjson.dumps(shown)) <= LONGEST_ECHO_BYTES else "... (too long to repeat)"
