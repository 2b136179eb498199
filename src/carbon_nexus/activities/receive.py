"""One event as JSON to a row of text, so that it passes the same checks as a row of a file."""

import json
from typing import Any

import polars as pl

from carbon_nexus.activities.model import Rejects, shown
from carbon_nexus.activities.parse import Rows
from carbon_nexus.activities.recognise import recognise
from carbon_nexus.errors import InvalidInput


def rows_of_event(event: dict[str, Any]) -> Rows:
    """The event as one row. Numbers may come as numbers or as text; nested values only in fields we do not know.

    Raises InvalidInput for missing or repeated fields, nested values and text that is not Unicode.
    """
    columns = recognise(list(event), where="body")
    known = set(columns.values())
    problems = [problem for name, value in event.items() if (problem := _problem(name, value, name in known))]
    if problems:
        raise InvalidInput(problems, "The event was not stored.")
    texts = {name: _text(value) for name, value in event.items()}
    frame = pl.DataFrame([texts], schema=dict.fromkeys(texts, pl.String()))
    return Rows(frame, pl.Series("line", [1]), columns, Rejects())


def _problem(name: str, value: Any, known: bool) -> dict[str, Any] | None:
    if known and isinstance(value, (dict, list)):
        return _refused(name, json.dumps(value), "must be a single value", "Give a text or a number.")
    text = _text(value)
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        return _refused(name, text, "is not Unicode text", "Remove the lone surrogate.")
    return None


def _refused(name: str, value: str | None, rule: str, remedy: str) -> dict[str, Any]:
    return {
        "type": "invalid_value", "loc": ["body", name], "msg": f"{name} '{shown(value)}' {rule}. {remedy}",
        "input": shown(value), "rule": rule, "remedy": remedy,
    }  # fmt: skip


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # repr gives a float's shortest exact digits; JSON's true and null inside nested values stay JSON
    return repr(value) if isinstance(value, float) else json.dumps(value)
