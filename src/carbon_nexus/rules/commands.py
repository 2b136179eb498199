"""carbon-nexus rules: apply a file of rules, list those there are."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, console, print_facts, print_json, print_table
from carbon_nexus.rules import service
from carbon_nexus.rules.answers import Applied
from carbon_nexus.rules.defaults import Defaults, default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.rules.reading import read_all
from carbon_nexus.rules.yaml_text import LARGEST_FILE, rules_in
from carbon_nexus.settings import Settings, load_settings

ACTOR = "cli"

rules = typer.Typer(help="What is watched: rules as data.", no_args_is_help=True)


@rules.command("apply")
def apply_rules(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A YAML or JSON file: a list of rules.")
    ],
    prune: Annotated[bool, typer.Option("--prune", help="Delete the rules that are not in the file.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the rules to those of a file, all at once or not at all."""
    settings = load_settings()
    with file.open("rb") as opened:
        sent = rules_in(opened.read(LARGEST_FILE + 1), file.name)
    specs = read_all(sent, defaults_of(settings), (file.name,))

    async def run(engine: AsyncEngine) -> Applied:
        async with engine.begin() as connection:
            planned = await service.apply(
                connection, DEFAULT_TENANT_ID, specs, ACTOR, utc_now(), prune=prune, dry_run=dry_run
            )
        return Applied.of(planned, dry_run)

    with open_database(settings, share=True) as url:
        applied = run_with_engine(url, run)
    _show(applied, as_json)


@rules.command("list")
def list_rules(as_json: AsJson = False) -> None:
    """List all rules; as JSON they can be applied again."""
    settings = load_settings()

    async def run(engine: AsyncEngine) -> list[dict[str, Any]]:
        async with engine.connect() as connection:
            return await service.answers(connection, DEFAULT_TENANT_ID, defaults_of(settings).rule)

    with open_database(settings, share=True) as url:
        found = run_with_engine(url, run)
    if as_json:
        print_json({"rules": found})
        return
    print_table(["name", "kind", "match", "policy", "for", "receivers", ""], map(_row, found))


def defaults_of(settings: Settings) -> Defaults:
    """What a rule gets where it says nothing, as configured."""
    thresholds = (settings.threshold_info, settings.threshold_warn, settings.threshold_critical)
    kind = PolicyKind(settings.detection_policy)
    return Defaults(default_rule(kind, thresholds, settings.false_alarms_per_entity_week), thresholds)


def _show(applied: Applied, as_json: bool) -> None:
    facts = applied.model_dump()
    if as_json:
        print_json(facts)
        return
    for name, keys in applied.differences.items():
        rows = ([key, _short(each["before"]), _short(each["after"])] for key, each in keys.items())
        console.print(f"{name}:", markup=False)
        print_table(["key", "before", "after"], rows)
    told = {what: facts[what] for what in ("created", "changed", "removed") if facts[what]}
    print_facts(told | {"unchanged": len(applied.unchanged)}, as_json)
    if applied.dry_run:
        console.print("Nothing was changed.")


def _row(rule: dict[str, Any]) -> list[str]:
    policy = rule["policy"] or {}
    ratios = " / ".join(f"{policy[name]:g}" for name in ("info", "warn", "critical") if name in policy)
    state = "built in" if rule["built_in"] else "" if rule["enabled"] else "off"
    matched, told = ", ".join(rule["match"]), ", ".join(rule["receivers"])
    return [rule["name"], rule["kind"], matched, f"{policy.get('kind', '')} {ratios}", rule["for"], told, state]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(each)}" for key, each in value.items())
    return ", ".join(map(_short, value)) if isinstance(value, list) else "" if value is None else str(value)
