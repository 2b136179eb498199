"""HTTP of the rules: list, read, replace, delete, bring to a set, and whom a rule would govern."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic import PlainValidator

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.kit.clock import Now
from carbon_nexus.rules import service
from carbon_nexus.rules.answers import Applied, RuleAnswer, RulePreview, SubjectFacts
from carbon_nexus.rules.defaults import Defaults
from carbon_nexus.rules.reading import read_all, read_one
from carbon_nexus.rules.schemas import Name, RuleFacts, RuleSpec

router = APIRouter(prefix="/rules", tags=["rules"])

MOST_SHOWN = 100  # subjects of a preview
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no rule of this name."}}


def _as_sent(value: Any) -> Any:
    return value


def _defaults(request: Request) -> Defaults:
    told = request.app.state.settings
    thresholds = (told.threshold_info, told.threshold_warn, told.threshold_critical)
    return Defaults(request.app.state.default_rule, thresholds)


Default = Annotated[Defaults, Depends(_defaults)]
OfRule = Annotated[Name, Path(description="its name")]
# documented as what they have to be, and read by the room itself: its refusals name the rule, and say what to do
Facts = Annotated[Any, PlainValidator(_as_sent, json_schema_input_type=RuleFacts), Body()]
Spec = Annotated[Any, PlainValidator(_as_sent, json_schema_input_type=RuleSpec), Body()]
Specs = Annotated[Any, PlainValidator(_as_sent, json_schema_input_type=list[RuleSpec]), Body()]


@router.get("", response_model=list[RuleAnswer])
async def list_rules(connection: Connection, tenant: Tenant, defaults: Default) -> list[dict[str, Any]]:
    """All rules by name, with the built-in one that governs what no other does."""
    return await service.answers(connection, tenant, defaults.rule)


@router.post("/apply")
async def apply_rules(
    rules: Specs,
    connection: Connection,
    tenant: Tenant,
    actor: Actor,
    now: Now,
    defaults: Default,
    prune: Annotated[bool, Query(description="delete the rules that are not in the list")] = False,
    dry_run: Annotated[bool, Query(description="only tell what would change")] = False,
) -> Applied:
    """Bring the rules to a list of them, all at once or not at all. Every change is on the audit trail."""
    specs = read_all(rules, defaults)
    planned = await service.apply(connection, tenant, specs, actor, now, prune=prune, dry_run=dry_run)
    return Applied.of(planned, dry_run)


@router.post("/preview")
async def preview_rule(rule: Spec, connection: Connection, tenant: Tenant, defaults: Default) -> RulePreview:
    """Whom a rule would govern if it were stored; nothing is."""
    found = await service.governed(connection, tenant, read_one(rule, defaults), defaults.rule)
    shown = [SubjectFacts(**row) for row in found.head(MOST_SHOWN).iter_rows(named=True)]
    return RulePreview(count=found.height, subjects=shown)


@router.get("/{name}", response_model=RuleAnswer, responses=UNKNOWN)
async def get_rule(name: OfRule, connection: Connection, tenant: Tenant, defaults: Default) -> dict[str, Any]:
    """One rule."""
    return await service.answer(connection, tenant, name, defaults.rule)


@router.put("/{name}", response_model=RuleAnswer)
async def put_rule(
    name: OfRule, rule: Facts, connection: Connection, tenant: Tenant, actor: Actor, now: Now, defaults: Default
) -> dict[str, Any]:
    """Tell what is watched, in place of the rule of that name: what is left out is no longer told."""
    await service.apply(connection, tenant, [read_one(rule, defaults, name=name)], actor, now)
    return await service.answer(connection, tenant, name, defaults.rule)


@router.delete("/{name}", status_code=204, responses=UNKNOWN)
async def delete_rule(name: OfRule, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Forget one rule; what it governed falls to the next most specific one."""
    await service.delete(connection, tenant, name, actor)
