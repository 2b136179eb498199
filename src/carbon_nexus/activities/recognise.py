"""Which received name (a file's column, a JSON object's field) is which field, and which names must be there."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from carbon_nexus.activities.model import FIELD_OF, MOST_COLUMNS, REQUIRED, shown
from carbon_nexus.errors import InvalidInput

# The original's own files use these; the canonical name wins where both are present.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "speed": ("avg_speed",),
    "distance_km": ("route_length",),
    "timestamp": ("datetime", "date"),
    "supplier_id": ("supplier", "entity"),
    "external_id": ("event_id", "id"),
}
Noun = Literal["column", "field"]
SENT_IN: dict[Noun, str] = {"column": "file", "field": "body"}


def recognise(received: Sequence[str], noun: Noun = "column") -> dict[str, str]:
    """Maps each recognised field to the received name that holds it; other names are not known to us.

    Case, spaces and dashes do not matter. Raises InvalidInput for repeated, unusable and missing names, in the words
    of the sender: a file has columns, a JSON object has fields.
    """
    by_plain = {_plain(name): name for name in received}
    found = {}
    for field in FIELD_OF:
        name = next((by_plain[each] for each in _accepted(field) if each in by_plain), None)
        if name is not None:
            found[field] = name
    problems = [*_unusable(received, noun), *_repeated(received, noun)]
    problems += [_missing(field, received, noun) for field in REQUIRED if field not in found]
    if problems:
        raise InvalidInput(problems, f"Nothing was stored. Correct the {noun} names and send it again.")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _accepted(field: str) -> tuple[str, ...]:
    return field, *SYNONYMS.get(field, ())


def _unusable(received: Sequence[str], noun: Noun) -> list[dict[str, Any]]:
    if len(received) > MOST_COLUMNS:
        message = f"There are {len(received)} {noun}s; at most {MOST_COLUMNS} are read."
        return [{"type": f"too_many_{noun}s", "loc": [SENT_IN[noun]], "msg": message, "input": len(received)}]
    wrong = "cannot be used as a name. Give a text without NUL characters."
    return [
        _problem("unusable", noun, name, wrong, shown(name))
        for name in received
        if "\x00" in name or not _is_text(name)
    ]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and text cannot hold
        return False
    return True


def _repeated(received: Sequence[str], noun: Noun) -> list[dict[str, Any]]:
    counts = Counter(_plain(name) for name in received)
    return [
        _problem("repeated", noun, name, f"appears {count} times. Keep one of them.", shown(name))
        for name, count in counts.items()
        if count > 1
    ]


def _missing(field: str, received: Sequence[str], noun: Noun) -> dict[str, Any]:
    seen = ", ".join(str(shown(name)) for name in received[:30]) or "none"
    wrong = f"is missing. Give a {noun} named {' or '.join(_accepted(field))}; found: {seen}."
    return _problem("missing", noun, field, wrong, None)


def _problem(kind: str, noun: Noun, name: str, wrong: str, received: str | None) -> dict[str, Any]:
    message = f"{noun.capitalize()} '{shown(name)}' {wrong}"
    return {"type": f"{kind}_{noun}", "loc": [SENT_IN[noun], shown(name)], "msg": message, "input": received}
