"""From a rule as it is written to the rule that holds, and back. Pure."""

from dataclasses import asdict, replace
from typing import Any

from carbon_nexus.rules.defaults import Defaults
from carbon_nexus.rules.model import Budget, Foresight, Inhibition, Policy, PolicyKind, Rule, RuleKind
from carbon_nexus.rules.refusals import Refused
from carbon_nexus.rules.schemas import BudgetSpec, ForecastSpec, InhibitionSpec, PolicySpec, RuleSpec

_RISING = (("clear_ratio", "info"), ("info", "warn"), ("warn", "critical"))


def complete(spec: RuleSpec, defaults: Defaults) -> RuleSpec:
    """The rule with everything filled in that it would take from the defaults, so that no later change of a setting
    changes it; but no policy at all is that of the default rule at any time. Raises Refused where ratios fall.
    """
    if spec.kind is not RuleKind.HOTSPOT:
        return spec
    told = spec.policy
    policy = filled(told or PolicySpec(), defaults.policy(told.kind if told else None), ("policy",))
    overrides = {}
    for entity, own in spec.overrides.items():
        of_rule = told is not None and own.kind in (None, policy.kind)
        base = policy if own.kind in (None, policy.kind) else defaults.policy(own.kind)
        whole = filled(own, base, ("overrides", entity))
        overrides[entity] = own if of_rule else _policy_spec(whole)
    return spec.model_copy(update={"policy": _policy_spec(policy) if told else None, "overrides": overrides})


def filled(told: PolicySpec, base: Policy, at: tuple[str, ...]) -> Policy:
    """What is told, and the rest as in `base`, which is of the same kind. `at`: the keys of the policy, for a refusal.

    A clear level that is not told does not stay above info, and is info where that is told of a ratio: what is
    called ordinary then is no sign that an episode goes on. Raises Refused where the ratios do not rise.
    """
    given = _given(told)
    policy = replace(base, **given)
    if told.clear_ratio is None:
        follows = told.info is not None and policy.kind is PolicyKind.RATIO
        policy = replace(policy, clear_ratio=policy.info if follows else min(policy.clear_ratio, policy.info))
    for lower, upper in _RISING:
        low, high = getattr(policy, lower), getattr(policy, upper)
        if low > high:
            raise _falling(lower, upper, low, high, given, at)
    return policy


def to_rule(spec: RuleSpec) -> Rule:
    """The rule that a complete spec tells."""
    policy = None if spec.policy is None else Policy(**{"min_excess_kg": 0.0, **_given(spec.policy)})
    inhibited = spec.inhibited_by
    same = ("name", "kind", "pending_for", "keep_firing_for", "repeat_interval", "runbook_url", "min_score", "enabled")
    return Rule(
        **{name: getattr(spec, name) for name in same},
        policy=policy,
        matchers=tuple(spec.match),
        overrides={entity: _of_entity(own, policy) for entity, own in spec.overrides.items()},
        group_by=tuple(spec.group_by),
        receivers=tuple(spec.receivers),
        inhibited_by=Inhibition(tuple(inhibited.match), tuple(inhibited.equal)) if inhibited else None,
        budget=Budget(**dict(spec.budget)) if spec.budget else None,
        forecast=Foresight(**dict(spec.forecast)) if spec.forecast else None,
    )


def to_spec(rule: Rule) -> RuleSpec:
    """The rule as it is written: `to_rule` makes the same of it."""
    inhibited = rule.inhibited_by
    told = asdict(rule) | {
        "match": list(rule.matchers),
        "for": rule.pending_for,
        "policy": _policy_spec(rule.policy) if rule.policy else None,
        "overrides": {entity: _policy_spec(policy) for entity, policy in rule.overrides.items()},
        "group_by": list(rule.group_by),
        "receivers": list(rule.receivers),
        "budget": BudgetSpec(**asdict(rule.budget)) if rule.budget else None,
        "forecast": ForecastSpec(**asdict(rule.forecast)) if rule.forecast else None,
        "inhibited_by": InhibitionSpec.model_validate(
            {"match": list(inhibited.matchers), "equal": list(inhibited.equal)}
        )
        if inhibited
        else None,
    }
    return RuleSpec.model_validate(
        {key: value for key, value in told.items() if key not in ("matchers", "pending_for")}
    )


def document(spec: RuleSpec) -> dict[str, Any]:
    """The rule as JSON: what is stored, shown and compared."""
    return spec.model_dump(mode="json", by_alias=True)


def _given(told: PolicySpec) -> dict[str, Any]:
    return {name: value for name, value in told if value is not None}


def _of_entity(own: PolicySpec, policy: Policy | None) -> Policy:
    if policy is not None and own.kind in (None, policy.kind):
        return filled(own, policy, ())
    return Policy(**_given(own))


def _policy_spec(policy: Policy) -> PolicySpec:
    told = asdict(policy)
    told["false_alarms_per_entity_week"] = told.pop("false_alarms_per_week")
    return PolicySpec.model_validate(told)


def _falling(lower: str, upper: str, low: float, high: float, given: dict[str, Any], at: tuple[str, ...]) -> Refused:
    """Which of two ratios is wrong is not known: the one that was told is named, and both are to be looked at."""
    if lower in given:
        filled_in = "" if upper in given else ", which is filled in"
        remedy = f"Correct {lower}, or give {upper} as well."
        return Refused(f"must not be above {upper} {high:g}{filled_in}", remedy, (*at, lower), low)
    remedy = f"Correct {upper}, or give {lower} as well."
    return Refused(f"must not be below {lower} {low:g}, which is filled in", remedy, (*at, upper), high)
