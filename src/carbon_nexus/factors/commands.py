"""carbon-nexus factors: list, show, diff. Reads the package alone; no settings, no database."""

from dataclasses import asdict
from typing import Annotated

import typer

from carbon_nexus.factors.diff import Change, Kind, diff
from carbon_nexus.factors.find import matching, sets_with
from carbon_nexus.factors.library import DEFAULT_SET, factor_set
from carbon_nexus.factors.model import PARTS, Factor, FactorSet
from carbon_nexus.kit.console import AsJson, console, print_facts, print_json, print_table

factors = typer.Typer(help="The packaged emission factors.", no_args_is_help=True)

SetName = Annotated[str, typer.Option("--set", help="Name of the factor set.")]


@factors.command("list")
def list_factors(
    search: Annotated[str | None, typer.Argument(help="Words in id, table, publisher or note.")] = None,
    set_name: SetName = DEFAULT_SET,
    edition: Annotated[str | None, typer.Option(help="Only this edition, such as desnz-2025.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region, such as GB.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit, such as kgCO2e/km.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the factors of a set."""
    chosen = factor_set(set_name)
    found = matching(chosen, search=search, edition=edition, region=region, unit=unit)
    if as_json:
        rows = [asdict(factor) | {"counts": chosen.counts(factor)} for factor in found]
        facts = {"factor_set": chosen.name, "status": chosen.status, "digest": chosen.digest}
        print_json({**facts, "total": len(found), "factors": rows})
        return
    columns = ["id", "direct", "upstream", "full chain", "value", "unit", "status"]
    print_table(columns, (_row(chosen, factor) for factor in found))
    console.print(f"{len(found)} of {len(chosen.factors)} factors of {chosen.name}, digest {chosen.digest}")


@factors.command()
def show(factor_id: Annotated[str, typer.Argument(help="Id of a factor.")], as_json: AsJson = False) -> None:
    """Show everything about one factor, and the sets it is in."""
    factor, sets = sets_with(factor_id)
    if as_json:
        print_json(asdict(factor) | {"sets": sets})
        return
    facts = {name: "" if value is None else value for name, value in asdict(factor).items()}
    facts["sets"] = [name if counts else f"{name} (another edition counts)" for name, counts in sets.items()]
    print_facts(facts, as_json)


def changes_between(old: str, new: str) -> list[Change]:
    """What differs between two sets, by their names. Raises UnknownFactorSet."""
    return diff(factor_set(old), factor_set(new))


def print_changes(old: str, new: str, changes: list[Change]) -> None:
    """The changes as a table, and the names that come and go."""
    changed = [change for change in changes if change.kind is Kind.CHANGED]
    columns = ["name", "part", "unit", "old", "new", "change %"]
    print_table(columns, map(_changed_row, changed))
    console.print(f"{len(changed)} numbers changed from {old} to {new}")
    for kind in (Kind.ADDED, Kind.REMOVED):
        names = [change.name for change in changes if change.kind is kind]
        console.print(f"{kind} {len(names)}{': ' if names else ''}{', '.join(names)}", markup=False, soft_wrap=True)


def _row(chosen: FactorSet, factor: Factor) -> list[str]:
    status = factor.status if chosen.counts(factor) else f"{factor.status}, another edition counts"
    return [factor.id, *(_text(getattr(factor, part)) for part in PARTS), factor.unit, status]


def _changed_row(change: Change) -> list[str]:
    percent = "" if change.change_pct is None else f"{change.change_pct:+.1f}"
    return [change.name, change.part or "", change.unit, _text(change.old), _text(change.new), percent or change.note]


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"
