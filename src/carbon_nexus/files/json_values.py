"""JSON as text: numbers keep the digits they are written with, nested values become JSON text."""

import json
from typing import Any

ONE_LINE = "Give every line one JSON object, with each key once."


class Written(str):
    """A number (or NaN, Infinity) as it is written."""

    __slots__ = ()


class Object(tuple[tuple[str, Any], ...]):
    """An object with its keys in order, each as often as it is written."""

    __slots__ = ()


class NoRecord(ValueError):
    """What stands where a record should; the message is the rule it breaks."""


def read_json(text: str) -> Any:
    """Any JSON value. Raises ValueError where it is no JSON, and for nesting too deep to be read."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def record(value: Any) -> dict[str, str | None]:
    """The texts of one object by key. Raises NoRecord for what is no object, repeats a key or is not Unicode."""
    if not isinstance(value, Object):
        raise NoRecord("is no JSON object")
    try:
        texts = {key: as_text(content) for key, content in value}
    except RecursionError:
        raise NoRecord("is nested too deeply") from None
    if len(texts) != len(value):
        keys = [key for key, _ in value]
        repeated = next(key for key in texts if keys.count(key) > 1)
        raise NoRecord(f"repeats the key '{repeated[:100]}'")
    try:
        "".join([*texts, *filter(None, texts.values())]).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and text cannot hold
        raise NoRecord("holds half of a surrogate pair, which is no Unicode text") from None
    return texts


def record_of_line(line: bytes) -> dict[str, str | None]:
    """The texts of the object on one line of NDJSON. Raises NoRecord, also for what is no JSON."""
    try:
        value = read_json(line.decode())
    except ValueError as error:
        raise NoRecord(f"is no JSON ({error})") from None
    return record(value)


def as_text(value: Any) -> str | None:
    """Text as it is, null as null, numbers as written, true and false, and nested values as JSON."""
    if value is None or isinstance(value, str):
        return value
    return as_json(value)


def as_json(value: Any) -> str:
    """A value as JSON again."""
    if isinstance(value, Written):
        return value
    if isinstance(value, Object):
        return "{" + ", ".join(f"{as_json(key)}: {as_json(content)}" for key, content in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


# a raw tab or other control character inside a text is let pass: its meaning is plain
_DECODER = json.JSONDecoder(
    object_pairs_hook=Object, parse_float=Written, parse_int=Written, parse_constant=Written, strict=False
)
