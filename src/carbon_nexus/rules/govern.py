"""Which rule governs a subject: the most specific one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import polars as pl

from carbon_nexus.rules.defaults import DEFAULT
from carbon_nexus.rules.match import expression, matches
from carbon_nexus.rules.model import Operator, Policy, PolicyKind, Rule, RuleKind

TERMS = {
    "rule": pl.String(),
    "adaptive": pl.Boolean(),
    **{each.name: pl.Float64() for each in fields(Policy) if each.name != "kind"},
    "keep_firing_for": pl.Duration("us"),
}
"""The columns that a governed subject gets: the rule's name and the terms of its policy."""


def govern(subjects: pl.DataFrame, rules: Sequence[Rule], default: Rule) -> pl.DataFrame:
    """`subjects` (entity, entity_type, event_type, metric) in their order, with the columns of TERMS.

    Only enabled rules about hotspots count. Of those that match, one with a policy of the entity's own comes first,
    then more `entity = ...`, then more conditions, then the name; a rule named default is the last. `default` governs
    where none matches, and its policy counts where a rule has none.
    """
    ordered = [*_ordered(rules), default]
    own = _placed(subjects.with_columns(_place=pl.lit(None, pl.Int32)), ordered, own=True)
    named = own.with_columns(_of=pl.when(pl.col("_place").is_not_null()).then("entity").otherwise(pl.lit("")))
    chosen = _placed(named, ordered, own=False)
    terms = _terms(ordered)
    return chosen.join(terms, on=["_place", "_of"], how="left", maintain_order="left").drop("_place", "_of")


def rule_of(labels: Mapping[str, str], rules: Sequence[Rule], default: Rule) -> Rule:
    """The rule that governs the subject with these labels, as `govern` says; its policy is the entity's own if any."""
    ordered = [*(rule for rule in _ordered(rules) if matches(rule.matchers, labels)), default]
    entity = labels.get("entity", "")
    own = next((rule for rule in ordered if entity in rule.overrides), None)
    rule = own or ordered[0]
    return replace(rule, policy=rule.overrides.get(entity, rule.policy or default.policy))


def _ordered(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that count, the more specific before the less."""
    counting = (rule for rule in rules if rule.enabled and rule.kind is RuleKind.HOTSPOT)
    return sorted(counting, key=_specificity)


def _specificity(rule: Rule) -> tuple[bool, int, int, str]:
    one_entity = sum(each.label == "entity" and each.operator is Operator.IS for each in rule.matchers)
    return rule.name == DEFAULT, -one_entity, -len(rule.matchers), rule.name


def _placed(subjects: pl.DataFrame, ordered: Sequence[Rule], *, own: bool) -> pl.DataFrame:
    """Gives every subject without a `_place` that of the first rule that matches; `own`: and has a policy for it."""
    for place, rule in enumerate(ordered):
        if own and not rule.overrides:
            continue
        hit = pl.col("_place").is_null() & expression(rule.matchers)
        hit = hit & pl.col("entity").is_in(list(rule.overrides)) if own else hit
        subjects = subjects.with_columns(_place=pl.when(hit).then(pl.lit(place, pl.Int32)).otherwise("_place"))
    return subjects


def _terms(ordered: Sequence[Rule]) -> pl.DataFrame:
    """The terms by place of the rule and entity; an empty entity stands for all without a policy of their own."""
    rows = [
        (place, entity, rule.name, policy.kind is PolicyKind.ADAPTIVE, *(getattr(policy, name) for name in _TOLD))
        for place, rule in enumerate(ordered)
        for entity, policy in (("", rule.policy or ordered[-1].policy), *rule.overrides.items())
        if policy is not None
    ]
    return pl.DataFrame(rows, schema={"_place": pl.Int32(), "_of": pl.String(), **TERMS}, orient="row")


_TOLD = [name for name in TERMS if name not in ("rule", "adaptive")]
