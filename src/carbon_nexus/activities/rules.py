"""The rules of the fields in words: what a value must be, and what to do about one that is not."""

from carbon_nexus.activities.model import (
    EARLIEST_YEAR,
    EVENT_TYPES,
    FUTURE_ALLOWED,
    LONGEST_EXTRA,
    LONGEST_TEXT,
    Field,
    Rule,
)

_PLAIN = {
    Rule.MISSING: ("is missing", "Give a value."),
    Rule.CHOICE: (f"must be one of {', '.join(EVENT_TYPES)}", "Correct the event type."),
    Rule.NUL: ("holds a NUL character", "Remove it."),
    Rule.MOMENT: (
        "is not an ISO 8601 date or time",
        "Write it like 2026-03-18T14:30:00Z or 2026-03-18T15:30:00+01:00.",
    ),
    Rule.PAST: (f"must not lie before {EARLIEST_YEAR}", "Correct the year."),
    Rule.FUTURE: (
        f"must not lie more than {FUTURE_ALLOWED.days} day in the future",
        "Send events that have happened; check the date and its offset.",
    ),
    Rule.NUMBER: ("is not a number", "Write digits with a decimal point, without unit or thousands separator."),
    Rule.FINITE: ("must be a finite number", "Leave the value out where it is not known."),
    Rule.WHOLE: ("must be a whole number", "Count, do not average."),
    Rule.FLAG: ("must be true or false", "Write true or false."),
}


def explain(rule: Rule, field: Field | None) -> tuple[str, str]:
    """The rule that a value of `field` (None: a column we do not know) breaks, and the remedy, in words."""
    if rule is Rule.LONG:
        longest = LONGEST_TEXT if field else LONGEST_EXTRA
        return f"must have at most {longest} characters", "Shorten it."
    if field is not None and rule in (Rule.LOW, Rule.HIGH):
        bound = f"at least {field.low:,.0f}" if rule is Rule.LOW else f"at most {field.high:,.0f}"
        return f"must be {bound} {field.unit}", f"Check the value and its unit ({field.unit})."
    return _PLAIN[rule]
