"""A scenario asked of one hotspot's entity, and what it says as a recommendation. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any

from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots.model import Episode, Subject
from carbon_nexus.measures.model import Measure
from carbon_nexus.recommendations.propose import WINDOW
from carbon_nexus.simulations.plan import planned
from carbon_nexus.simulations.scenario_model import Run, Saved
from carbon_nexus.simulations.schemas import PeriodSpec, PopulationResult, PopulationSpec, ScopeSpec
from carbon_nexus.simulations.where import columns_of

METHOD = "the entity's events estimated as they are and with the scenario's changes; the saving is the difference"
DAY = timedelta(days=1)


def narrowed(of: Saved, hotspot: Episode, measures: Mapping[str, Measure], today: date) -> PopulationSpec | str:
    """The scenario's question about a hotspot's entity and kind of events alone; else why it is none.

    Asked of the 28 days up to the hotspot's last one that is over. Changes of other kinds of events are left out.
    """
    spec, subject = PopulationSpec.model_validate(of.spec), hotspot.subject
    if not _is_of(spec.scope, subject):
        return "it is about others"
    last = min(hotspot.last_moment.astimezone(UTC).date(), today - DAY)
    period = PeriodSpec.model_validate({"from": last - WINDOW + DAY, "to": last})
    scope = ScopeSpec.model_validate({name: getattr(subject, name) for name in ScopeSpec.model_fields})
    here = spec.model_copy(update={"scope": scope, "period": period})
    changes = [each for each in spec.changes if _acts(here.model_copy(update={"changes": [each]}), measures)]
    if not changes:
        return f"none of its changes is of {subject.event_type} events"
    return here.model_copy(update={"changes": changes})


def recommendation(
    of: Saved,
    run: Run,
    hotspot: Episode,
    spec: PopulationSpec,
    result: PopulationResult,
    measures: Mapping[str, Measure],
) -> dict[str, Any] | str:
    """The columns of the recommendation; else why the scenario saves nothing there.

    `run` is the scenario's last one, `result` what `narrowed` came to: its window has 28 days, and so has the saving.
    """
    if result.delta_kg is None or result.delta_low_kg is None or result.delta_high_kg is None or result.delta_kg >= 0:
        return _why_nothing(result)
    said = [f"{each.sentence.rstrip('.')}." for each in result.changes]
    return {
        "hotspot_id": hotspot.id,
        "supplier_id": hotspot.subject.entity,
        "measure_id": f"scenario:{of.id}",
        "title": of.name,
        "description": " ".join([*said, of.note or ""]).strip(),
        "co2_reduction": -result.delta_kg,
        "saving_low_kg": -result.delta_high_kg,
        "saving_high_kg": -result.delta_low_kg,
        "cost_impact": _cost(result),
        "provenance": _provenance(of, run, result) | {"acts_on": _acts_on(spec, hotspot, measures)},
    }


def _is_of(scope: ScopeSpec, subject: Subject) -> bool:
    asked = scope.model_dump(exclude_none=True)
    return all(getattr(subject, name) == value for name, value in asked.items())


def _acts(spec: PopulationSpec, measures: Mapping[str, Measure]) -> bool:
    try:
        planned(spec, measures)
    except InvalidInput:
        return False
    return True


def _provenance(of: Saved, run: Run, result: PopulationResult) -> dict[str, Any]:
    return {
        "source": f"scenario {of.id} '{of.name}', version {of.version}, run {run.id}",
        "scenario_id": of.id,
        "scenario_version": of.version,
        "run_id": run.id,
        "method": METHOD,
        "window_start": result.first_day.isoformat(),
        "window_end": result.last_day.isoformat(),
        "event_count": result.events,
        "affected_event_count": result.changed,
        "window_co2e_kg": result.baseline_kg,
        "factor_set": result.factor_set,
        "changes": [each.sentence for each in result.changes],
    }


def _acts_on(spec: PopulationSpec, hotspot: Episode, measures: Mapping[str, Measure]) -> str:
    """In the words of measures, which tell in what a saving shows: fields of the events, by their own names."""
    columns = columns_of(hotspot.subject.event_type)
    fields = [columns[name] for change in spec.changes for name in change.set or {}]
    told = [measures[change.measure].acts_on for change in spec.changes if change.measure]
    return " and ".join(dict.fromkeys([*fields, *told]))


def _cost(result: PopulationResult) -> str | None:
    cost = result.cost
    if cost is None or cost.per_year is None:
        return None
    once = f"; {cost.currency} {cost.investment:,.0f} once for the whole scenario" if cost.investment else ""
    return f"{cost.currency} {cost.per_year:+,.0f} a year here at the scenario's prices{once}"


def _why_nothing(result: PopulationResult) -> str:
    days = f"from {result.first_day} to {result.last_day}"
    if result.delta_kg is None:
        return f"{result.reason} ({days})"
    if not result.changed:
        return f"its changes act on none of the {result.events} events {days}"
    return f"it saves nothing there: {result.delta_kg:+,.3g} kg CO2e {days}"
