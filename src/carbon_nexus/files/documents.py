"""A JSON document (a list of objects, an object that holds one, or a single object) becomes one record a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from carbon_nexus.files import limits
from carbon_nexus.files.json_values import NoRecord, Object, as_json, read_json, record
from carbon_nexus.files.refusals import empty, refusal, too_large

SHAPES = "Send a list of objects, an object with one such list, or one object a line (NDJSON)."


def is_document(path: Path) -> bool:
    """Whether text that begins as JSON is one document; else it is NDJSON, one value a line.

    It is NDJSON if its first line is an object in itself and there are more, or if the second begins another object.
    """
    with path.open("rb") as file:
        lines = (text for text in iter(lambda: file.readline(limits.MOST_DOCUMENT_BYTES + 1), b"") if text.strip())
        first, second = next(lines, b"").strip(), next(lines, b"").strip()
    if first.startswith(b"[") or not second:
        return True
    if second.startswith(b"{") and first[-1:] not in (b"[", b",", b":"):
        return False
    try:
        return not isinstance(read_json(first.decode()), Object)
    except ValueError:
        return True


def write_records(path: Path, target: Path) -> int:
    """Writes the records of the document in `path` to `target`, all values as text, and says how many there are.

    An entry that is no object, or repeats a key, is written as it is, for its line to be named. Raises InvalidInput
    for a document that is too large, broken, or of no shape that holds records.
    """
    if path.stat().st_size > limits.MOST_DOCUMENT_BYTES:
        remedy = "Send it as NDJSON (one object a line), or in parts."
        raise too_large("The JSON document", limits.MOST_DOCUMENT_BYTES, remedy)
    count = 0
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for entry in _entries(_read(path)):
            file.write(_line(entry) + "\n")
            count += 1
    return count


def _read(path: Path) -> Any:
    try:
        return read_json(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        detail = f"The file begins as JSON and is none: {error.msg}, line {error.lineno} column {error.colno}."
    except ValueError as error:
        detail = f"The file begins as JSON and cannot be read: {error}."
    raise refusal("bad_json", detail, SHAPES)


def _entries(document: Any) -> Iterator[Any]:
    found = document
    if isinstance(document, Object):
        lists = [value for _, value in document if _holds_objects(value)]
        if len(lists) > 1:
            keys = ", ".join(f"'{key[:50]}'" for key, value in document[:50] if _holds_objects(value))
            raise refusal("many_lists", f"The document holds several lists of objects: {keys}.", SHAPES)
        found = lists[0] if lists else [document] if document else []
    if not found:
        raise empty("The JSON document holds no record.")
    if not _holds_objects(found):
        raise refusal("no_records", "The JSON document holds no object.", SHAPES)
    return iter(found)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, Object) for entry in value)


def _line(entry: Any) -> str:
    try:
        return json.dumps(record(entry), ensure_ascii=False, separators=(",", ":"))
    except NoRecord:
        return _as_it_is(entry)


def _as_it_is(entry: Any) -> str:
    try:
        return as_json(entry).encode("utf-8", "backslashreplace").decode()  # half a surrogate pair as its escape
    except RecursionError:
        return json.dumps("an object that is nested too deeply")
