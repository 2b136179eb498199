"""The rules a received value can break, and what is told of one that does."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from rapidfuzz import fuzz, process

from carbon_nexus.activities.model import (
    EARLIEST_YEAR,
    FUTURE_ALLOWED,
    LONGEST_EXTRA,
    LONGEST_SHOWN,
    LONGEST_TEXT,
    Field,
)

LEAST_LIKENESS = 60  # of 100; below it a suggestion would be a guess


class Rule(IntEnum):
    """Why a value is refused; FINE is no reason."""

    FINE = 0
    MISSING = 1
    CHOICE = 2
    LONG = 3
    NUL = 4
    MOMENT = 5
    PAST = 6
    FUTURE = 7
    NUMBER = 8
    FINITE = 9
    LOW = 10
    HIGH = 11
    WHOLE = 12
    FLAG = 13
    ORDER = 14
    CLOCK = 15
    GROUPED = 16
    NESTED = 17


_WORDS = {
    Rule.MISSING: ("is missing", "Give a value."),
    Rule.NUL: ("holds a NUL character", "Remove it."),
    Rule.MOMENT: (
        "is not an ISO 8601 date or time",
        "Write it like 2026-03-18T14:30:00Z or 2026-03-18T15:30:00+01:00.",
    ),
    Rule.ORDER: (
        "does not say which part is the day and which the month",
        "Write it like 2026-03-18T14:30:00Z, or name the order of the dates: DMY or MDY.",
    ),
    Rule.CLOCK: (
        "is a time that the clocks of its zone showed twice or never",
        "Give the offset, like 2026-10-25T02:30:00+01:00.",
    ),
    Rule.PAST: (f"must not lie before {EARLIEST_YEAR}", "Correct the year."),
    Rule.FUTURE: (
        f"must not lie more than {FUTURE_ALLOWED.days} day in the future",
        "Send events that have happened; check the date and its offset.",
    ),
    Rule.NUMBER: ("is not a number", "Write digits with a decimal point, without unit or thousands separator."),
    Rule.GROUPED: (
        "can be read with a decimal comma or with a thousands separator",
        "Write it without separator, or name the decimal sign.",
    ),
    Rule.FINITE: ("must be a finite number", "Leave the value out where it is not known."),
    Rule.WHOLE: ("must be a whole number", "Count, do not average."),
    Rule.NESTED: ("must be a single value", "Give a text or a number."),
    Rule.FLAG: ("must be true or false", "Write true or false."),
}


def explain(rule: Rule, field: Field | None, unit: str | None = None) -> tuple[str, str]:
    """The rule that a value of `field` (None: a column we do not know) breaks, and the remedy, in words.

    `unit` is what the numbers were read in, where that is not the field's own.
    """
    if rule is Rule.LONG:
        longest = LONGEST_TEXT if field else LONGEST_EXTRA
        return f"must have at most {longest} characters", "Shorten it."
    if field is not None and rule is Rule.CHOICE:
        listing = "; the guide lists them all" if field.names else ""
        return _choice(field), f"Correct the {field.name.replace('_', ' ')}{listing}."
    if field is not None and rule in (Rule.LOW, Rule.HIGH):
        bound = f"at least {field.low:,}" if rule is Rule.LOW else f"at most {field.high:,}"
        return f"must be {bound} {field.unit}", f"Check the value and its unit ({unit or field.unit})."
    return _WORDS[rule]


def _choice(field: Field) -> str:
    if field.choices:
        return f"must be one of {', '.join(field.choices)}"
    return f"is none of the {len(field.names)} known names"


def remedies(field: Field, refused: Iterable[str]) -> dict[str, str]:
    """For each refused word of a closed list what to do about it: the nearest accepted one, where one is near."""
    general = explain(Rule.CHOICE, field)[1]
    return {word: _nearest(field, word) or general for word in refused}


def _nearest(field: Field, word: str) -> str | None:
    written = word[:LONGEST_SHOWN].replace(" ", "_")
    best = process.extractOne(written, field.accepted, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return None if best is None else f"Did you mean '{best[0]}'?"


def sentence(problem: dict[str, Any]) -> str:
    """A problem (field, value, rule, remedy) in words."""
    value = "" if problem["value"] is None else f" '{problem['value']}'"
    return f"{problem['field']}{value} {problem['rule']}. {problem['remedy']}"


def field_entry(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem as JSON, for a field of a single event: a validation error of the API, plus rule and remedy."""
    return {
        "type": "invalid_value",
        "loc": ["body", problem["field"]],
        "msg": sentence(problem),
        "input": problem["value"],
        "rule": problem["rule"],
        "remedy": problem["remedy"],
    }


def row_entry(line: int, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """A rejected row as JSON: the shape of a validation error of the API, plus line and problems."""
    return {
        "type": "rejected_row",
        "loc": ["file", line],
        "msg": f"line {line}: {' '.join(map(sentence, problems))}",
        "input": problems[0]["value"],
        "line": line,
        "problems": problems,
    }
