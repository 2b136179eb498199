"""Which received column is which field: names as written, their synonyms, and what must be there."""

import re
from collections import Counter
from collections.abc import Sequence

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


def recognise(received: Sequence[str], *, where: str = "file") -> dict[str, str]:
    """Maps each recognised field to the received column that holds it; other columns are not known to us.

    Case, spaces and dashes do not matter. Raises InvalidInput naming repeated, unusable and missing columns;
    `where` is the first part of each problem's location.
    """
    plain = {name: _plain(name) for name in received}
    problems = [*_unusable(received, where), *_repeated(plain, received, where)]
    by_plain = {short: name for name, short in plain.items()}
    found = {}
    for field in FIELD_OF:
        name = next((by_plain[each] for each in (field, *SYNONYMS.get(field, ())) if each in by_plain), None)
        if name is not None:
            found[field] = name
    problems += [_missing(field, received, where) for field in REQUIRED if field not in found]
    if problems:
        raise InvalidInput(problems, "Nothing was stored. Correct the column names and send it again.")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _unusable(received: Sequence[str], where: str) -> list[dict[str, object]]:
    if len(received) > MOST_COLUMNS:
        message = f"There are {len(received)} columns; at most {MOST_COLUMNS} are read."
        return [{"type": "too_many_columns", "loc": [where], "msg": message, "input": len(received)}]
    return [
        {"type": "unusable_column", "loc": [where, shown(name)], "msg": f"Column name '{shown(name)}' cannot be used."
         " Give a text without NUL characters.", "input": shown(name)}
        for name in received
        if "\x00" in name or not _is_text(name)
    ]  # fmt: skip


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and text cannot hold
        return False
    return True


def _repeated(plain: dict[str, str], received: Sequence[str], where: str) -> list[dict[str, object]]:
    counts = Counter(plain.get(name, name) for name in received)
    return [
        {"type": "repeated_column", "loc": [where, shown(name)],
         "msg": f"Column '{shown(name)}' appears {count} times. Keep one of them.", "input": shown(name)}
        for name, count in counts.items()
        if count > 1
    ]  # fmt: skip


def _missing(field: str, received: Sequence[str], where: str) -> dict[str, object]:
    names = (field, *SYNONYMS.get(field, ()))
    seen = ", ".join(str(shown(name)) for name in received[:30])
    message = f"Column '{field}' is missing. Name a column {' or '.join(names)}; found: {seen or 'none'}."
    return {"type": "missing_column", "loc": [where, field], "msg": message, "input": None}
