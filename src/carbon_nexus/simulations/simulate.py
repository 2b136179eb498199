"""What-if: scenarios in, comparisons out; the same estimator for both sides, called once for a whole batch. Pure."""

from collections.abc import Sequence
from typing import Any

from carbon_nexus.emissions.entity import ROAD_TYPES
from carbon_nexus.emissions.model import Tier
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.predict import UNIT, Refused, predict
from carbon_nexus.simulations.change import MEASURED, MOVEMENT, settle_fuels
from carbon_nexus.simulations.compare import compare
from carbon_nexus.simulations.model import Scenario


def simulate(
    scenarios: Sequence[Scenario | Refused], estimator: Estimator = EMBEDDED
) -> list[dict[str, Any] | Refused]:
    """The result (fields of `SimulationResult`, masses in kg CO2e, unrounded) or refusal of each, in order."""
    checked = settle_fuels([scenario for scenario in scenarios if isinstance(scenario, Scenario)])
    sides = [scenario.baseline for scenario in checked] + [scenario.modified for scenario in checked]
    predictions = predict(sides, estimator)
    befores, afters = predictions[: len(checked)], predictions[len(checked) :]
    answers = iter([_answer(*parts) for parts in zip(checked, befores, afters, strict=True)])
    return [scenario if isinstance(scenario, Refused) else next(answers) for scenario in scenarios]


def _answer(
    scenario: Scenario, before: dict[str, Any] | Refused, after: dict[str, Any] | Refused
) -> dict[str, Any] | Refused:
    if isinstance(before, Refused):
        return before.within("baseline_features")
    if isinstance(after, Refused):
        return after.within("changes")
    return {
        "baseline_co2": before["co2_kg"],
        "modified_co2": after["co2_kg"],
        **compare(before, after),
        "scenario_type": scenario.baseline.event_type,
        "changes_applied": scenario.changes,
        "changed_to": scenario.changed_to,
        "notes": [*scenario.notes, *_unmoved(scenario, before)],
        "unit": UNIT,
        "baseline": before,
        "modified": after,
    }


def _unmoved(scenario: Scenario, before: dict[str, Any]) -> list[str]:
    """That a trip is measured, where nothing but its movement is changed: the difference is zero then."""
    columns = scenario.baseline.columns
    changed = {columns.get(name, name) for name in scenario.changed_to}
    measured = before["tier"] == Tier.MEASURED and scenario.baseline.event_type in ROAD_TYPES
    return [MEASURED.format(" and ".join(scenario.changed_to))] if measured and changed and changed <= MOVEMENT else []
