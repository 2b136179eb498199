"""Rules as they are sent: what is filled in, and what is refused, in which words."""

from datetime import timedelta
from typing import Any

import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.defaults import Defaults, default_policy, default_rule
from carbon_nexus.rules.match import LABELS, parse
from carbon_nexus.rules.model import Budget, Foresight, Inhibition, Policy, PolicyKind, Rule, RuleKind
from carbon_nexus.rules.reading import read_all, read_one
from carbon_nexus.rules.schemas import MODELS, WATCHED, Label
from carbon_nexus.rules.terms import document, to_rule, to_spec

RATIOS = (0.8, 1.0, 1.5)
DAY = timedelta(days=1)
DEFAULTS = Defaults(default_rule(PolicyKind.ADAPTIVE, RATIOS, 0.1), RATIOS)
BY_RATIO = Defaults(default_rule(PolicyKind.RATIO, (0.9, 1.2, 2.0), 0.1), (0.9, 1.2, 2.0))


def rule(defaults: Defaults = DEFAULTS, **told: Any) -> Rule:
    return to_rule(read_one({"name": "a"} | told, defaults))


def policy(told: dict[str, Any] | None, defaults: Defaults = DEFAULTS) -> Policy | None:
    return rule(defaults, policy=told).policy


def test_everything_that_can_be_told_is_in_the_rule() -> None:
    told: dict[str, Any] = {
        "kind": "hotspot",
        "match": ["entity ~ plant-*", "metric = intensity"],
        "policy": {
            "kind": "adaptive", "info": 1.2, "warn": 1.4, "critical": 2, "false_alarms_per_entity_week": 0.05,
            "clear_ratio": 1.1, "keep_firing_for": "12 h", "min_excess_kg": 50,
        },
        "overrides": {"plant-7": {"critical": 3}},
        "for": "30 min",
        "keep_firing_for": "P1D",
        "group_by": ["entity_type", "severity"],
        "repeat_interval": 7200,
        "runbook_url": "https://wiki.example.com/plants",
        "inhibited_by": {"match": ["severity = critical"], "equal": ["entity"]},
        "enabled": False,
    }  # fmt: skip
    of_rule = Policy(PolicyKind.ADAPTIVE, 1.2, 1.4, 2, 0.05, 1.1, timedelta(hours=12), 50)
    of_plant = Policy(PolicyKind.ADAPTIVE, 1.2, 1.4, 3, 0.05, 1.1, timedelta(hours=12), 50)
    assert rule(**told) == Rule(
        name="a",
        kind=RuleKind.HOTSPOT,
        policy=of_rule,
        matchers=(parse("entity ~ plant-*"), parse("metric = intensity")),
        overrides={"plant-7": of_plant},
        pending_for=timedelta(minutes=30),
        keep_firing_for=DAY,
        group_by=("entity_type", "severity"),
        repeat_interval=timedelta(hours=2),
        runbook_url="https://wiki.example.com/plants",
        inhibited_by=Inhibition((parse("severity = critical"),), ("entity",)),
        enabled=False,
    )


@pytest.mark.parametrize(
    ("told", "defaults", "expected"),
    [
        (None, DEFAULTS, None),
        ({}, DEFAULTS, DEFAULTS.rule.policy),
        ({"warn": 1.3}, DEFAULTS, Policy(PolicyKind.ADAPTIVE, 1.1, 1.3, 1.5, 0.1, 1.05, DAY)),
        ({"kind": "ratio"}, DEFAULTS, Policy(PolicyKind.RATIO, 0.8, 1.0, 1.5, 0.1, 0.8, DAY)),
        ({"kind": "ratio", "info": 0.9}, DEFAULTS, Policy(PolicyKind.RATIO, 0.9, 1.0, 1.5, 0.1, 0.9, DAY)),
        ({"info": 1.02}, DEFAULTS, Policy(PolicyKind.ADAPTIVE, 1.02, 1.25, 1.5, 0.1, 1.02, DAY)),
        ({}, BY_RATIO, Policy(PolicyKind.RATIO, 0.9, 1.2, 2.0, 0.1, 0.9, DAY)),
        ({"kind": "adaptive"}, BY_RATIO, default_policy(PolicyKind.ADAPTIVE, RATIOS, 0.1)),
    ],
)
def test_what_a_policy_leaves_out_is_that_of_its_kind(
    told: dict[str, Any] | None, defaults: Defaults, expected: Policy | None
) -> None:
    assert policy(told, defaults) == expected


def test_what_an_override_leaves_out_is_the_rules_own_or_that_of_its_other_kind() -> None:
    told = {"plant-7": {"critical": 3}, "plant-8": {"kind": "adaptive"}, "plant-9": {"info": 1.2, "warn": 1.3}}
    found = rule(policy={"kind": "ratio", "info": 1, "warn": 1.1}, overrides=told).overrides
    assert found == {
        "plant-7": Policy(PolicyKind.RATIO, 1, 1.1, 3, 0.1, 1, DAY),
        "plant-8": default_policy(PolicyKind.ADAPTIVE, RATIOS, 0.1),
        "plant-9": Policy(PolicyKind.RATIO, 1.2, 1.3, 1.5, 0.1, 1.2, DAY),
    }
    assert rule(overrides={"x": {"warn": 1.4}}).overrides["x"].info == 1.1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"policy": {"warn": 1.3}, "overrides": {"p": {"kind": "ratio"}}},
        {"kind": "budget", "budget": {"amount_kg": 5, "period": "week"}},
        {"kind": "data_quality", "min_score": 80, "match": ["source = erp"]},
        {"kind": "forecast", "forecast": {"against": "typical", "within_days": 3}},
        {"kind": "forecast", "forecast": {"against": "target", "chance": 0.9}, "match": ["entity = x"]},
        {"kind": "missing_data", "match": ["entity_type != supplier", "entity_type != supplier"]},
        {"inhibited_by": {"match": ["rule = b"]}, "receivers": ["ops", "ops"]},
    ],
)
def test_a_rule_is_shown_as_it_can_be_sent_again(told: dict[str, Any]) -> None:
    spec = read_one({"name": "a"} | told, DEFAULTS)
    assert document(read_one(document(spec), BY_RATIO)) == document(spec)
    assert to_rule(to_spec(to_rule(spec))) == to_rule(spec)
    assert read_one(document(spec) | {"built_in": False, "created_at": None, "updated_at": None}, DEFAULTS) == spec


def test_a_budget_warns_from_a_share_of_its_amount() -> None:
    assert rule(kind="budget", budget={"amount_kg": 5, "period": "day"}).budget == Budget(5.0, "day", 0.8)


def test_a_forecast_looks_a_week_ahead_with_a_chance_of_four_in_five() -> None:
    found = [rule(kind="forecast", forecast={"against": each}).forecast for each in ("typical", "target")]
    assert found == [Foresight("typical", 0.8, 7, 1.25), Foresight("target", 0.8, 7, None)]


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"polcy": {}}, "polcy", "is not a key here", "Did you mean policy? The keys are: kind, match, policy,"),
    ({"pending_for": "1 h"}, "pending_for", "is not a key here", "The keys are:"),
    ({"policy": {"wran": 1}}, "policy.wran", "is not a key here", "Did you mean warn?"),
    ({"policy": {"info": "1.1"}}, "policy.info", "must be a number", "Write it like 1.1."),
    ({"policy": {"info": True}}, "policy.info", "must be a number", "Write it like 1.1."),
    ({"policy": {"info": float("nan")}}, "policy.info", "must be a finite number", "Write it like 1.1."),
    ({"policy": {"info": 0}}, "policy.info", "must be greater than 0", "Write it like 1.1."),
    ({"policy": {"critical": 1001}}, "policy.critical", "must be less than or equal to 1000", "Write it like 1.5."),
    ({"policy": {"info": 1.3}}, "policy.info", "above warn 1.25, which is filled in", "give warn as well."),
    ({"policy": {"critical": 1.1}}, "policy.critical", "below warn 1.25, which is filled in", "give warn as well."),
    ({"policy": {"clear_ratio": 1.2}}, "policy.clear_ratio", "must not be above info 1.1", "give info as well."),
    ({"policy": {"info": 2, "warn": 1}}, "policy.info", "must not be above warn 1.", "Correct info"),
    ({"policy": {"kind": "ratoi"}}, "policy.kind", "must be 'adaptive' or 'ratio'", "Write it like adaptive."),
    ({"policy": []}, "policy", "must be a mapping of keys", "Write it like {warn: 1.3, critical: 2}."),
    ({"policy": {"false_alarms_per_entity_week": 0}}, "policy.false_alarms_per_entity_week", "0.001", "like 0.1."),
    ({"policy": {"keep_firing_for": "91 d"}}, "policy.keep_firing_for", "must be 0 s to 90 d", "Choose"),
    ({"policy": {"min_excess_kg": -1}}, "policy.min_excess_kg", "greater than or equal to 0", "Write it like 50."),
    ({"overrides": {"p": {"info": 2}}}, "overrides.p.info", "must not be above warn 1.25", "give warn as well."),
    ({"overrides": {"p": {"inf": 2}}}, "overrides.p.inf", "is not a key here", "Did you mean info?"),
    ({"overrides": {"": {}}}, "overrides.''", "must have at least 1 character", "Write it like {plant-7:"),
    ({"overrides": {str(each): {} for each in range(51)}}, "overrides", "at most 50 items", "Write it like"),
    ({"match": "entity = x"}, "match", "must be a list", "Write it like [entity ~ plant-*]."),
    ({"match": ["entity"]}, "match.0", "is not a label, an operator", "Write it like entity = plant-7"),
    ({"match": [3]}, "match.0", "must be a text", "Write it like entity = plant-7."),
    ({"match": ["entity = x"] * 51}, "match", "must have at most 50 items", "Write it like"),
    ({"match": ["severity = info"]}, "match.0", "cannot choose who is watched by severity", "Kind hotspot matches by"),
    ({"for": "31 d"}, "for", "must be 0 s to 30 d", "Choose one of these"),
    ({"for": "30 m"}, "for", "is in meter", "Write min for minutes."),
    ({"for": -1}, "for", "must be 0 s to 30 d", "Choose one of these"),
    ({"keep_firing_for": "91 d"}, "keep_firing_for", "must be 0 s to 90 d", "Choose one of these"),
    ({"repeat_interval": "4 min"}, "repeat_interval", "must be 5 min to 30 d", "Choose one of these"),
    ({"runbook_url": "javascript:alert(1)"}, "runbook_url", "must be a web address", "Write it like https://"),
    ({"runbook_url": "http://[x"}, "runbook_url", "must be a web address", "Write it like https://"),
    ({"receivers": ["a\x00"]}, "receivers.0", "must not contain a NUL", "Leave it out."),
    ({"receivers": [" a"]}, "receivers.0", "white space", "Trim it."),
    ({"receivers": "ops"}, "receivers", "must be a list", "Write it like [operations]."),
    ({"group_by": ["site"]}, "group_by.0", "must be 'entity',", "Write it like [entity]."),
    ({"inhibited_by": {"equal": ["entity"]}}, "inhibited_by.match", "is missing", "Write it like [severity"),
    ({"kind": "hotspots"}, "kind", "must be 'hotspot',", "Write it like hotspot."),
    ({"kind": "budget"}, "budget", "is missing: kind budget needs it", "Give it."),
    ({"kind": "data_quality"}, "min_score", "is missing: kind data_quality needs it", "Give it."),
    ({"kind": "missing_data", "policy": {}}, "policy", "does not belong to a rule of kind missing_data", "Leave"),
    ({"min_score": 3}, "min_score", "does not belong to a rule of kind hotspot", "Leave it out"),
    ({"kind": "data_quality", "min_score": 101}, "min_score", "less than or equal to 100", "Write it like 80."),
    (
        {"kind": "budget", "budget": {"amount_kg": 1, "period": "year"}},
        "budget.period", "must be 'day', 'week' or 'month'", "Write it like month.",
    ),
    ({"kind": "forecast"}, "forecast", "is missing: kind forecast needs it", "Give it."),
    ({"forecast": {"against": "target"}}, "forecast", "does not belong to a rule of kind hotspot", "Leave it out"),
    (
        {"kind": "forecast", "forecast": {"against": "target", "ratio": 2}},
        "forecast.ratio", "does not belong to a forecast against a target", "Leave it out.",
    ),
    (
        {"kind": "forecast", "forecast": {"against": "target", "chance": 0.99}},
        "forecast.chance", "must be less than or equal to 0.95", "Write it like 0.8.",
    ),
    (
        {"kind": "forecast", "forecast": {"against": "targets"}},
        "forecast.against", "must be 'typical' or 'target'", "Write it like target.",
    ),
    (
        {"kind": "forecast", "forecast": {"against": "target"}, "match": ["metric = x"]},
        "match.0", "cannot choose who is watched by metric", "Kind forecast matches by entity, entity_type, event_type",
    ),
    ({"enabled": "yes"}, "enabled", "must be true or false", "Write it like true."),
    ({"name": "Plants"}, "name", "must be of lower-case letters, digits", "Write it like plants."),
    ({"name": "a" * 101}, "name", "must have at most 100 characters", "Write it like plants."),
    ({"name": "default", "match": ["entity = x"]}, "match", "governs whatever no other rule does", "Leave match out"),
    ({"name": "default", "enabled": False}, "enabled", "governs whatever no other rule does", "Leave enabled out"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "field", "broken", "remedy"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_cannot_be_meant_is_refused_with_field_rule_and_remedy(
    told: dict[str, Any], field: str, broken: str, remedy: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_one({"name": "a"} | told, DEFAULTS)
    (problem,) = refused.value.problems
    assert ".".join(str(part) or "''" for part in problem["loc"] if part != "[key]") == f"body.{field}"
    assert problem["msg"].startswith(f"Rule '{told.get('name', 'a')[:80]}")
    assert f": {field}" in problem["msg"]
    assert broken in problem["msg"]
    assert remedy in problem["remedy"]


@pytest.mark.parametrize("sent", [None, 5, "a", [], {}, {"name": ["a"]}, {1: 2}, {"name": "\ud800"}, [{"name": "a"}]])
def test_what_is_no_rule_at_all_is_refused(sent: Any) -> None:
    with pytest.raises(InvalidInput):
        read_one(sent, DEFAULTS)


def test_the_problems_of_all_rules_are_told_at_once_each_at_its_place() -> None:
    sent = [{"name": "a", "for": "x"}, {"name": "b"}, {"name": "b"}, 7, {"name": "c", "policy": {"info": 9}}]
    with pytest.raises(InvalidInput) as refused:
        read_all(sent, DEFAULTS, ("rules.yaml",))
    places = [problem["loc"] for problem in refused.value.problems]
    assert places == [
        ["rules.yaml", 0, "for"], ["rules.yaml", 3], ["rules.yaml", 4, "policy", "info"], ["rules.yaml", 2, "name"],
    ]  # fmt: skip


def test_no_more_problems_are_told_than_can_be_read() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_all([{"name": f"r{number}", "match": ["x"] * 50} for number in range(500)], DEFAULTS)
    assert len(refused.value.problems) == 100


@pytest.mark.parametrize("sent", [{"name": "a"}, "a", None, [{"name": f"r{each}"} for each in range(501)]])
def test_what_is_no_list_of_rules_is_refused(sent: Any) -> None:
    with pytest.raises(InvalidInput, match="must be a list of at most 500 rules"):
        read_all(sent, DEFAULTS)


def test_the_built_in_rule_of_a_list_is_not_made_one_of_its_own() -> None:
    listed = [document(to_spec(DEFAULTS.rule)) | {"built_in": True}, {"name": "a"}]
    assert [spec.name for spec in read_all(listed, DEFAULTS)] == ["a"]


def test_the_name_may_stand_in_the_address_alone_but_not_be_another_there() -> None:
    assert read_one({}, DEFAULTS, name="a").name == "a"
    with pytest.raises(InvalidInput, match="'b' is not the name in the address, a"):
        read_one({"name": "b"}, DEFAULTS, name="a")


def test_the_labels_are_the_same_everywhere() -> None:
    assert Label.__args__ == LABELS  # type: ignore[attr-defined]
    assert {label for labels in WATCHED.values() for label in labels} <= set(LABELS)
    assert set(WATCHED) == set(RuleKind)


def test_every_key_has_an_example_for_its_refusal() -> None:
    fields = ((name, info) for model in MODELS.values() for name, info in model.model_fields.items())
    assert [name for name, info in fields if not info.examples] == []
