"""Who is meant by conditions on labels: for one set of labels, and for all rows of a frame at once. Pure."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import polars as pl

from carbon_nexus.rules.model import Matcher, Operator
from carbon_nexus.rules.refusals import Refused, nearest, shown

LABELS = ("entity", "entity_type", "event_type", "metric", "kind", "severity", "rule", "source", "period")
LONGEST_VALUE = 200  # characters, as long as the names that events carry
MOST_STARS = 10
_WRITTEN = re.compile(r"\s*(\w+)\s*(!=|=|~)\s*(.*?)\s*", flags=re.DOTALL)
_LIKE_OTHERS = ("=", "~", "!")  # what follows the operator of other languages: ==, =~, !~ are none of ours
_FORM = "Write it like entity = plant-7, entity_type != supplier or entity ~ plant-*."


def parse(text: str) -> Matcher:
    """The matcher that a text such as `entity ~ plant-*` tells. Raises Refused (a ValueError)."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise Refused("is not a label, an operator (=, != or ~) and a value", _FORM)
    label, operator, value = found.groups()
    if label not in LABELS:
        remedy = f"{nearest(label, LABELS)}The labels are: {', '.join(LABELS)}."
        raise Refused(f"has the label '{shown(label)}', which there is not", remedy)
    _refuse_value(Operator(operator), value)
    return Matcher(label, Operator(operator), value)


def written(matcher: Matcher) -> str:
    """The text that `parse` reads as this matcher."""
    return f"{matcher.label} {matcher.operator} {matcher.value}"


def matches(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether all conditions hold; none of them: anything matches. A label that is absent is an empty text."""
    return all(_holds(each, labels.get(each.label) or "") for each in matchers)


def expression(matchers: Sequence[Matcher]) -> pl.Expr:
    """The same as `matches` over a frame that has a text column for every label named; null is an empty text."""
    return pl.all_horizontal(pl.lit(True), *(_condition(each) for each in matchers))


def _refuse_value(operator: Operator, value: str) -> None:
    if not value:
        raise Refused("names no value", _FORM)
    if value.startswith(_LIKE_OTHERS) and operator is not Operator.LIKE:
        raise Refused(f"has '{value[0]}' after its operator", f"The operators are =, != and ~. {_FORM}")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise Refused("has half a character in its value", "Send the text as UTF-8.")
    if len(value) > LONGEST_VALUE or "\x00" in value:
        raise Refused(f"has a value of more than {LONGEST_VALUE} characters, or a NUL", "Shorten it.")
    if operator is Operator.LIKE and value.count("*") > MOST_STARS:
        raise Refused(f"has more than {MOST_STARS} stars", "Use fewer: one stands for any text.")


def _holds(matcher: Matcher, text: str) -> bool:
    if matcher.operator is Operator.LIKE:
        # its regular expression does not go back into a star, so that no pattern takes long
        return fnmatchcase(text, re.sub(r"([?\[])", r"[\1]", matcher.value))
    return (text == matcher.value) is (matcher.operator is Operator.IS)


def _condition(matcher: Matcher) -> pl.Expr:
    text = pl.col(matcher.label).fill_null("")
    if matcher.operator is Operator.LIKE:
        return text.str.contains(f"(?s)^{'.*'.join(map(pl.escape_regex, matcher.value.split('*')))}$")
    return text == matcher.value if matcher.operator is Operator.IS else text != matcher.value
