"""The names of the columns: none twice, none that cannot be kept. Which of them are needed is decided downstream."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from carbon_nexus.errors import InvalidInput
from carbon_nexus.files import limits

SHOWN = 200  # characters of a name in an error
UNUSABLE = "cannot be used as a name", "Give a text without NUL characters that does not stand between ^ and $."


def header_names(cells: Sequence[str | None]) -> tuple[str, ...]:
    """Header cells trimmed; one without a name becomes column_N, as a spreadsheet's empty last columns have none.

    Raises InvalidInput as `checked` does.
    """
    return checked([(cell or "").strip() or f"column_{number}" for number, cell in enumerate(cells, 1)])


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names, if they can be told apart and kept.

    Raises InvalidInput for more than MOST_COLUMNS, for names that are the same but for case, spaces and hyphens,
    and for those with a NUL character.
    """
    many = len(names) > limits.MOST_COLUMNS
    problems = [_too_many(len(names))] if many else [*_unusable(names), *_repeated(names)]
    if problems:
        raise InvalidInput(problems, "Nothing was stored. Correct the column names and send it again.")
    return tuple(names)


def _too_many(count: int) -> dict[str, Any]:
    message = f"There are {count} columns; at most {limits.MOST_COLUMNS} are read."
    return {"type": "too_many_columns", "loc": ["file"], "msg": message, "input": count}


def _unusable(names: Sequence[str]) -> list[dict[str, Any]]:
    return [_problem("unusable_column", name, f"{UNUSABLE[0]}. {UNUSABLE[1]}") for name in names if not is_usable(name)]


def is_usable(name: str) -> bool:
    """Whether a frame and a database can hold a column of that name; ^...$ is a pattern to the one, NUL to neither."""
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and text cannot hold
        return False
    return "\0" not in name and not (name.startswith("^") and name.endswith("$"))


def _repeated(names: Sequence[str]) -> list[dict[str, Any]]:
    counts = Counter(re.sub(r"[\s\-]+", "_", name.strip().lower()) for name in names)
    return [
        _problem("repeated_column", name, f"appears {count} times. Keep one of them.")
        for name, count in counts.items()
        if count > 1
    ]


def _problem(kind: str, name: str, wrong: str) -> dict[str, Any]:
    shown = name[:SHOWN].replace("\0", "\\0")
    return {"type": kind, "loc": ["file", shown], "msg": f"Column '{shown}' {wrong}", "input": shown}
