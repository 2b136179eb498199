"""The most specific rule governs, and one subject alone is governed as it is among others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.rules.defaults import default_policy, default_rule
from carbon_nexus.rules.govern import TERMS, govern, rule_of
from carbon_nexus.rules.match import parse
from carbon_nexus.rules.model import Policy, PolicyKind, Rule, RuleKind

RATIOS = (0.8, 1.0, 1.5)
DEFAULT = default_rule(PolicyKind.ADAPTIVE, RATIOS, 0.1)
SUBJECT = {"entity": "plant-7", "entity_type": "factory", "event_type": "factory", "metric": "intensity"}
SCHEMA: dict[str, pl.DataType] = dict.fromkeys(SUBJECT, pl.String())


def policy(critical: float) -> Policy:
    return replace(default_policy(PolicyKind.RATIO, RATIOS, 0.1), critical=critical)


def rule(name: str, *texts: str, **more: Any) -> Rule:
    return Rule(name, RuleKind.HOTSPOT, **{"policy": policy(2)} | more, matchers=tuple(map(parse, texts)))


def governed(*rules: Rule) -> dict[str, Any]:
    (row,) = govern(pl.DataFrame([SUBJECT], schema=SCHEMA), rules, DEFAULT).to_dicts()
    return row


OWN = {"plant-7": policy(9)}


@pytest.mark.parametrize(
    ("rules", "winner", "critical"),
    [
        ([], "default", 1.5),
        ([rule("all")], "all", 2),
        ([rule("all"), rule("b", "entity_type = factory")], "b", 2),
        ([rule("b", "entity_type = factory", "metric = intensity"), rule("c", "entity = plant-7")], "c", 2),
        ([rule("c", "entity = plant-7"), rule("d", "entity = plant-7", "metric = intensity")], "d", 2),
        ([rule("c", "entity ~ plant-7"), rule("b", "entity ~ *")], "b", 2),
        ([rule("c", "entity = plant-7"), rule("all", overrides=OWN)], "all", 9),
        ([rule("c", "entity = plant-7"), rule("all", "metric = absolute", overrides=OWN)], "c", 2),
        ([rule("c", "entity = plant-7", enabled=False)], "default", 1.5),
        ([rule("z"), rule("default", policy=policy(7))], "z", 2),
        ([rule("z", "entity = other"), rule("default", policy=policy(7))], "default", 7),
        ([rule("told", "entity = plant-7", policy=None)], "told", 1.5),
        ([Rule("money", RuleKind.BUDGET)], "default", 1.5),
    ],
)
def test_the_most_specific_rule_governs(rules: list[Rule], winner: str, critical: float) -> None:
    for order in (rules, rules[::-1]):
        row = governed(*order)
        assert (row["rule"], row["critical"]) == (winner, critical)


def test_the_terms_stand_beside_every_subject_in_its_order() -> None:
    subjects = pl.DataFrame([SUBJECT | {"entity": name} for name in ("b", "plant-7", "a", None)], schema=SCHEMA)
    found = govern(subjects, [rule("p", "entity ~ plant-*", overrides=OWN)], DEFAULT)
    assert found.schema == pl.Schema(SCHEMA | TERMS)
    assert found["entity"].to_list() == ["b", "plant-7", "a", None]
    assert found["rule"].to_list() == ["default", "p", "default", "default"]
    assert found.row(1, named=True) == SUBJECT | {
        "rule": "p", "adaptive": False, "info": 0.8, "warn": 1.0, "critical": 9.0, "false_alarms_per_week": 0.1,
        "clear_ratio": 0.8, "keep_firing_for": timedelta(hours=24), "min_excess_kg": 0.0,
    }  # fmt: skip
    assert found["adaptive"].to_list() == [True, False, True, True]


def test_no_subjects_are_governed_by_nothing() -> None:
    assert govern(pl.DataFrame(schema=SCHEMA), [rule("all")], DEFAULT).schema == pl.Schema(SCHEMA | TERMS)


def test_many_subjects_are_governed_at_once() -> None:
    many = pl.DataFrame(SUBJECT, schema=SCHEMA).select(pl.all().repeat_by(100_000).explode())
    found = govern(many, [rule("all", overrides=OWN), rule("c", "entity = other")], DEFAULT)
    assert found.select("rule", "critical").unique().rows() == [("all", 9.0)]


NAMES = ("plant-7", "plant-8", "depot")
texts = st.sampled_from(
    ("entity = plant-7", "entity = depot", "entity ~ plant-*", "entity != depot", "entity_type = factory",
     "metric != absolute", "event_type ~ *o*")
)  # fmt: skip
policies = st.sampled_from((policy(2), policy(3), DEFAULT.policy))
drawn = st.builds(
    Rule,
    st.sampled_from(("a", "b", "c", "d", "default")),
    st.sampled_from((RuleKind.HOTSPOT, RuleKind.HOTSPOT, RuleKind.MISSING_DATA)),
    policy=st.none() | policies,
    matchers=st.lists(texts.map(parse), max_size=3).map(tuple),
    overrides=st.dictionaries(st.sampled_from(NAMES), policies, max_size=2),
    enabled=st.booleans(),
)
rows = st.fixed_dictionaries(
    {
        "entity": st.sampled_from(NAMES),
        "entity_type": st.sampled_from(("factory", "warehouse")),
        "event_type": st.sampled_from(("factory", "logistics")),
        "metric": st.sampled_from(("intensity", "absolute")),
    }
)


@given(st.lists(drawn, max_size=5, unique_by=lambda each: each.name), st.lists(rows, max_size=6))
def test_one_subject_alone_is_governed_as_among_others(rules: list[Rule], subjects: list[dict[str, str]]) -> None:
    found = govern(pl.DataFrame(subjects, schema=SCHEMA), rules, DEFAULT)
    for row, labels in zip(found.to_dicts(), subjects, strict=True):
        alone = rule_of(labels, rules, DEFAULT)
        assert alone.policy is not None
        terms = vars(alone.policy) | {"rule": alone.name, "adaptive": alone.policy.kind is PolicyKind.ADAPTIVE}
        assert {name: row[name] for name in TERMS} == {name: terms[name] for name in TERMS}
