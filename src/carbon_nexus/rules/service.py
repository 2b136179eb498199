"""Load, decide, save: the rules of a tenant, each change with its audit entry. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict, InvalidInput, NotFound
from carbon_nexus.rules import store
from carbon_nexus.rules.defaults import DEFAULT
from carbon_nexus.rules.govern import govern
from carbon_nexus.rules.match import expression
from carbon_nexus.rules.model import Rule, RuleKind
from carbon_nexus.rules.plan import Document, Plan, plan
from carbon_nexus.rules.reading import NOTHING_STORED
from carbon_nexus.rules.refusals import Refused, entry, nearest
from carbon_nexus.rules.schemas import MOST_RULES, WATCHED, RuleSpec
from carbon_nexus.rules.terms import document, to_rule, to_spec

_MOST_NAMED = 50  # receivers that a message lists


async def load(connection: AsyncConnection, tenant_id: int, default: Rule) -> list[Rule]:
    """The tenant's rules by name, and `default` unless a stored one has its name."""
    stored = [_rule_of(row) for row in await store.all_rules(connection, tenant_id)]
    return stored if any(rule.name == default.name for rule in stored) else sorted([*stored, default], key=_name)


async def answers(connection: AsyncConnection, tenant_id: int, default: Rule) -> list[dict[str, Any]]:
    """The same rules as they are shown."""
    found = [_answer(row) for row in await store.all_rules(connection, tenant_id)]
    if not any(each["name"] == default.name for each in found):
        found.append(_built_in(default))
    return sorted(found, key=lambda each: str(each["name"]))


async def answer(connection: AsyncConnection, tenant_id: int, name: str, default: Rule) -> dict[str, Any]:
    """One rule as it is shown. Raises NotFound."""
    found = await store.find(connection, tenant_id, name)
    if found is None and name == default.name:
        return _built_in(default)
    if found is None:
        raise _none_of(name)
    return _answer(found)


async def apply(
    connection: AsyncConnection,
    tenant_id: int,
    specs: Sequence[RuleSpec],
    actor: str,
    now: datetime,
    *,
    prune: bool = False,
    dry_run: bool = False,
) -> Plan:
    """Bring the tenant to at least these rules, with `prune` to exactly these; what that changes. They are complete.

    Raises InvalidInput where a receiver does not exist, Conflict where there would be too many rules.
    """
    await store.lock(connection, tenant_id)
    stored = [_document(row) for row in await store.all_rules(connection, tenant_id)]
    planned = plan(stored, [document(spec) for spec in specs], prune=prune)
    await _refuse_unknown_receivers(connection, tenant_id, planned.written())
    if len(stored) + len(planned.created) - len(planned.removed) > MOST_RULES:
        raise Conflict(f"There would be more than {MOST_RULES} rules.", "Delete some, or join some by what they match.")
    if not dry_run:
        await store.save(connection, tenant_id, planned.written(), now)
        await store.remove(connection, tenant_id, [each["name"] for each in planned.removed])
        await record(connection, tenant_id, _entries(planned, actor))
    return planned


async def delete(connection: AsyncConnection, tenant_id: int, name: str, actor: str) -> None:
    """Delete one rule; the next most specific one governs then. Raises NotFound, and Conflict for the built-in one."""
    await store.lock(connection, tenant_id)
    before = await store.find(connection, tenant_id, name)
    if before is None and name == DEFAULT:
        raise Conflict("The rule 'default' is built in.", "PUT one of that name to take its place.")
    if before is None:
        raise _none_of(name)
    await store.remove(connection, tenant_id, [name])
    await record(connection, tenant_id, [_entry("deleted", actor, _document(before), None)])


async def governed(connection: AsyncConnection, tenant_id: int, spec: RuleSpec, default: Rule) -> pl.DataFrame:
    """The subjects that the rule would govern beside the stored ones; of other kinds than hotspot those it matches.

    Raises InvalidInput for a kind that does not watch subjects.
    """
    rule = to_rule(spec)
    if "entity" not in WATCHED[rule.kind]:
        refused = Refused("watches sources, which have no baseline", "GET /data-quality lists what it is about.")
        raise InvalidInput([entry(spec.name, ("body",), ("kind",), rule.kind.value, refused)])
    subjects = await store.subjects(connection, tenant_id)
    if rule.kind is RuleKind.FORECAST:  # of days
        subjects = subjects.filter(metric="absolute")
    if rule.kind is not RuleKind.HOTSPOT:
        return subjects.with_columns(source=pl.lit("")).filter(expression(rule.matchers)).drop("source")
    others = [each for each in await load(connection, tenant_id, default) if each.name != rule.name]
    found = govern(subjects, [*others, rule], default)
    return found.filter(pl.col("rule") == rule.name).select(subjects.columns)


async def _refuse_unknown_receivers(connection: AsyncConnection, tenant_id: int, specs: Sequence[Document]) -> None:
    named = [(spec["name"], receiver) for spec in specs for receiver in spec["receivers"]]
    known = await store.receiver_names(connection, tenant_id) if named else []
    there = f"There are: {', '.join(known[:_MOST_NAMED])}." if known else "There are none yet."
    existing = frozenset(known)
    problems = [
        entry(
            name,
            ("body", name),
            ("receivers",),
            receiver,
            Refused("is no receiver", f"{nearest(receiver, known)}{there} PUT /receivers/{{name}} makes one."),
        )
        for name, receiver in named
        if receiver not in existing
    ]
    if problems:
        raise InvalidInput(problems, NOTHING_STORED)


def _name(rule: Rule) -> str:
    return rule.name


def _spec_of(row: dict[str, Any]) -> RuleSpec:
    return RuleSpec.model_validate(row["spec"])


def _rule_of(row: dict[str, Any]) -> Rule:
    return to_rule(_spec_of(row))


def _document(row: dict[str, Any]) -> Document:
    """As it would be stored today: what an older version did not know yet has its default."""
    return document(_spec_of(row))


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] for name in ("created_at", "updated_at")}
    return {**_document(row), "built_in": False, **moments}


def _built_in(default: Rule) -> dict[str, Any]:
    return {**document(to_spec(default)), "built_in": True, "created_at": None, "updated_at": None}


def _none_of(name: str) -> NotFound:
    return NotFound(f"There is no rule '{name}'.", "PUT one; GET /rules lists all.")


def _entries(planned: Plan, actor: str) -> list[Entry]:
    return [
        *(_entry("created", actor, None, after) for after in planned.created),
        *(_entry("replaced", actor, before, after) for before, after in planned.changed),
        *(_entry("deleted", actor, before, None) for before in planned.removed),
    ]


def _entry(what: str, actor: str, before: Document | None, after: Document | None) -> Entry:
    name = str((after or before or {})["name"])
    return Entry(f"rule.{what}", "rule", name, actor, before=before, after=after)
