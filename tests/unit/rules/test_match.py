"""Matchers: what is read, what is refused, and that one set of labels and a whole frame are matched alike."""

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.rules.match import LABELS, LONGEST_VALUE, expression, matches, parse, written
from carbon_nexus.rules.model import Matcher, Operator
from carbon_nexus.rules.refusals import Refused

COLUMNS = ("entity", "entity_type", "event_type", "metric")
letters = st.text("ab*?[]().+^$\\ é\n-", max_size=8)
values = letters.map(str.strip).filter(lambda text: text and not text.startswith(("=", "~", "!")))
conditions = st.builds(Matcher, st.sampled_from(COLUMNS), st.sampled_from(Operator), values)


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ("entity = plant-7", Matcher("entity", Operator.IS, "plant-7")),
        ("  entity_type!=supplier ", Matcher("entity_type", Operator.IS_NOT, "supplier")),
        ("entity ~ plant-*", Matcher("entity", Operator.LIKE, "plant-*")),
        ("entity = a = b", Matcher("entity", Operator.IS, "a = b")),
        ("rule ~ =x", Matcher("rule", Operator.LIKE, "=x")),
        ("entity = Werk Süd, Halle 3", Matcher("entity", Operator.IS, "Werk Süd, Halle 3")),
    ],
)
def test_a_matcher_is_read(text: str, matcher: Matcher) -> None:
    assert parse(text) == matcher
    assert parse(written(matcher)) == matcher


@given(st.sampled_from(LABELS), st.sampled_from(Operator), values)
def test_what_is_written_is_read_again(label: str, operator: Operator, value: str) -> None:
    matcher = Matcher(label, operator, value)
    assert parse(written(matcher)) == matcher


@pytest.mark.parametrize(
    ("text", "rule", "remedy"),
    [
        ("", "is not a label, an operator", "Write it like entity = plant-7"),
        ("entity", "is not a label, an operator", "Write it like"),
        ("= plant-7", "is not a label, an operator", "Write it like"),
        ("entity > 3", "is not a label, an operator", "Write it like"),
        ("entiy = a", "has the label 'entiy', which there is not", "Did you mean entity? The labels are: entity,"),
        ("entity =", "names no value", "Write it like"),
        ("entity == a", "has '=' after its operator", "The operators are =, != and ~."),
        ("entity =~ a.*", "has '~' after its operator", "The operators are =, != and ~."),
        (f"entity = {'a' * (LONGEST_VALUE + 1)}", "has a value of more than 200 characters", "Shorten it."),
        ("entity = a\x00", "or a NUL", "Shorten it."),
        ("entity ~ " + "a*" * 11, "has more than 10 stars", "Use fewer"),
    ],
)
def test_what_is_no_matcher_is_refused_with_what_to_write(text: str, rule: str, remedy: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert rule in refused.value.rule
    assert refused.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], True),
        (["entity = plant-7", "metric != absolute"], True),
        (["entity = plant-7", "metric = absolute"], False),
        (["entity ~ plant-*"], True),
        (["entity ~ *"], True),
        (["entity ~ plant"], False),
        (["entity ~ PLANT-*"], False),
        (["entity ~ plant-?"], False),
        (["entity ~ plant-[7]"], False),
        (["entity ~ p*-*7"], True),
        (["source != erp"], True),
        (["source ~ *"], True),
        (["source ~ e*"], False),
    ],
)
def test_all_conditions_must_hold_and_an_absent_label_is_an_empty_text(texts: list[str], expected: bool) -> None:
    assert matches([parse(text) for text in texts], {"entity": "plant-7", "metric": "intensity"}) is expected


@given(st.lists(conditions, max_size=3), st.lists(st.lists(st.none() | letters, min_size=4, max_size=4), max_size=5))
def test_a_frame_is_matched_as_its_rows_are(matchers: list[Matcher], rows: list[list[str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    alone = [matches(matchers, {name: text or "" for name, text in row.items()}) for row in frame.to_dicts()]
    assert frame.with_columns(_hit=expression(matchers))["_hit"].to_list() == alone


def test_no_pattern_takes_long() -> None:
    pattern, text = parse("entity ~ " + "a*" * 10 + "b"), "a" * LONGEST_VALUE
    started = time.perf_counter()
    assert not matches([pattern], {"entity": text})
    assert pl.DataFrame({"entity": [text] * 1_000}).filter(expression([pattern])).is_empty()
    assert time.perf_counter() - started < 1
