"""Targets as they are told: each about somebody who is there, each once, and what they change. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.refusals import nearest, shown
from carbon_nexus.targets.model import Month, Target

MOST_PROBLEMS = 100  # that are told at once
Subject = tuple[str, str, str]
Problem = dict[str, Any]
Known = dict[str, dict[str, set[str]]]
"""By entity and entity type the event types on record."""


def accepted(given: Sequence[Target], subjects: Iterable[Subject], names: Collection[str]) -> list[Target]:
    """The targets with the entity type filled in where it is left out.

    `subjects` are entity, entity type and event type on record, of the entities named at least; `names` those a
    mistaken one may mean. Raises InvalidInput with a problem for each that is about nobody, and for one told twice.
    """
    known: Known = {}
    for entity, entity_type, event_type in subjects:
        known.setdefault(entity, {}).setdefault(entity_type, set()).add(event_type)
    problems = [each for place, target in enumerate(given) for each in _about_nobody(place, target, known, names)]
    if not problems:
        whole = [_filled(target, known) for target in given]
        problems = list(_told_twice(whole))
    if problems:
        raise InvalidInput(problems[:MOST_PROBLEMS], "Nothing was stored.")
    return whole


def changes(given: Sequence[Target], stored: Iterable[Target]) -> list[tuple[Target | None, Target]]:
    """What is new of the given targets or has another amount, each with what was in its place before."""
    before = {key_of(each): each for each in stored}
    beside = [(before.get(key_of(each)), each) for each in given]
    return [(old, new) for old, new in beside if old is None or old.amount_kg != new.amount_kg]


def key_of(target: Target) -> tuple[Any, ...]:
    """What there is one target of."""
    return (*target.scope, target.month, target.standing)


def document(target: Target) -> dict[str, Any]:
    """A target as the audit trail keeps it."""
    when = "from_month" if target.standing else "month"
    return {**target.labels, when: Month(target.month).name, "amount_kg": target.amount_kg}


def _filled(target: Target, known: Known) -> Target:
    if target.entity is None or target.entity_type is not None:
        return target
    (only,) = known[target.entity]
    return replace(target, entity_type=only)


def _about_nobody(place: int, target: Target, known: Known, names: Collection[str]) -> Iterator[Problem]:
    entity, entity_type, event_type = target.scope
    if entity is None:
        if entity_type is not None:
            yield _problem(place, "entity_type", entity_type, "needs the entity it is of", "Name the entity.")
        return
    types = known.get(entity)
    if types is None:
        remedy = f"{nearest(entity, names)}Names are exact; an entity is known once it has an event."
        yield _problem(place, "entity", entity, "has no event on record", remedy)
    elif entity_type is None and len(types) > 1:
        told = " and a ".join(sorted(types))
        yield _problem(place, "entity_type", None, f"is missing: {shown(entity)} is a {told}", "Tell which is meant.")
    elif entity_type is not None and entity_type not in types:
        remedy = f"It is a {' and a '.join(sorted(types))}."
        yield _problem(place, "entity_type", entity_type, f"is not what {shown(entity)} is", remedy)
    elif event_type is not None and event_type not in (there := _event_types(types, entity_type)):
        remedy = f"There are events of type {', '.join(there)}."
        yield _problem(place, "event_type", event_type, f"is the type of no event of {shown(entity)}", remedy)


def _event_types(types: dict[str, set[str]], entity_type: str | None) -> list[str]:
    chosen = types.values() if entity_type is None else [types[entity_type]]
    return sorted(set().union(*chosen))


def _told_twice(whole: Sequence[Target]) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], int] = {}
    for place, target in enumerate(whole):
        before = first.setdefault(key_of(target), place)
        if before != place:
            field = "from_month" if target.standing else "month"
            rule = f"is told twice for the same: {before} has it as well"
            yield _problem(place, field, Month(target.month).name, rule, "Leave one of them out.")


def _problem(place: int, field: str, value: str | None, rule: str, remedy: str) -> Problem:
    quoted = "" if value is None else f" '{shown(value)}'"
    return {
        "type": "target",
        "loc": ["body", place, field],
        "msg": f"Target {place}: {field}{quoted} {rule}. {remedy}",
        "input": value,
        "rule": rule,
        "remedy": remedy,
    }
