"""Runs of scenarios against each other: side by side, and one against the one before. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from carbon_nexus.simulations.scenario_model import Run, Saved

Pair = tuple[Saved, Run]

SHOWN = (
    "days", "events", "factor_set", "grid_region", "baseline_kg", "changed_kg", "delta_kg", "delta_low_kg",
    "delta_high_kg", "percent", "per_week_kg", "per_year_kg", "reason", "changes", "scopes", "cost",
)  # fmt: skip
"""What is shown of a result beside others."""


def compared(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Scenarios with one run each side by side, fields of `ScenarioComparison`."""
    warnings = list(_warnings(pairs))
    return {"comparable": not warnings, "warnings": warnings, "scenarios": [_column(*pair) for pair in pairs]}


def difference(before: Run, after: Run) -> dict[str, Any]:
    """How a run differs from an earlier one of the same scenario, fields of `Difference`."""
    return {
        "run_id": before.id,
        "made_at": before.made_at,
        "events": after.event_count - before.event_count,
        "baseline_kg": _more("baseline_kg", before, after),
        "delta_kg": _more("delta_kg", before, after),
        "because": list(_reasons(before, after)),
    }


def _column(of: Saved, run: Run) -> dict[str, Any]:
    own = {"id": of.id, "name": of.name, "version": run.version, "run_id": run.id, "made_at": run.made_at}
    told = {"scope": run.spec["scope"], "first_day": run.first_day, "last_day": run.last_day}
    return own | told | {name: run.result[name] for name in SHOWN}


def _warnings(pairs: Sequence[Pair]) -> Iterator[str]:
    asked: dict[str, Callable[[Run], str]] = {"days": _days, "scopes": _scope}
    same = True
    for what, of in (asked | {"factor sets": _factors, "grids": _grid}).items():
        if len({of(run) for _, run in pairs}) > 1:
            same &= what not in asked
            yield f"The {what} differ: {_each(pairs, of)}."
    if same and len({run.event_count for _, run in pairs}) > 1:
        yield f"They ran on different data: {_each(pairs, _events)}. Run the older ones again."


def _each(pairs: Sequence[Pair], of: Callable[[Run], str]) -> str:
    return ", ".join(f"'{scenario.name}' {of(run)}" for scenario, run in pairs)


def _reasons(before: Run, after: Run) -> Iterator[str]:
    if before.spec != after.spec:
        yield f"version {after.version} asks something else than version {before.version}"
    for what, of in {"days": _days, "factor set": _factors, "grid": _grid, "events in scope": _events}.items():
        if of(before) != of(after):
            yield f"{what}: {of(before)} then, {of(after)} now"
    if before.spec == after.spec and _days(before) == _days(after) and _kg(before) != _kg(after):
        yield "the same days are estimated otherwise: events, profiles or calibrations have changed since"


def _more(name: str, before: Run, after: Run) -> float | None:
    then, now = before.result[name], after.result[name]
    return None if then is None or now is None else now - then


def _kg(run: Run) -> tuple[Any, Any]:
    return run.result["baseline_kg"], run.result["delta_kg"]


def _days(run: Run) -> str:
    return f"{run.first_day} to {run.last_day}"


def _scope(run: Run) -> str:
    scope: Mapping[str, Any] = run.spec["scope"]
    return " ".join(str(value) for value in scope.values() if value is not None) or "everything"


def _factors(run: Run) -> str:
    return run.factor_set


def _grid(run: Run) -> str:
    return str(run.result["grid_region"])


def _events(run: Run) -> str:
    return f"{run.event_count} events"
