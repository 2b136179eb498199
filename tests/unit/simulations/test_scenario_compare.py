from datetime import date
from typing import Any

import pytest

from carbon_nexus.simulations.scenario_compare import SHOWN, compared, difference
from carbon_nexus.simulations.scenario_model import Run, Saved
from tests.conftest import NOW


def run(key: int = 1, delta_kg: float | None = -10.0, **told: Any) -> Run:
    result = dict.fromkeys(SHOWN) | {"baseline_kg": 100.0, "delta_kg": delta_kg, "grid_region": "GB"}
    values: dict[str, Any] = {
        "id": key, "scenario_id": 1, "version": 1, "spec": {"scope": {"entity": None}}, "first_day": date(2026, 3, 1),
        "last_day": date(2026, 3, 7), "factor_set": "desnz-2025.2", "event_count": 5, "made_by": "ann", "made_at": NOW,
        "result": result,
    } | told  # fmt: skip
    return Run(**values)


def pair(name: str, of: Run) -> tuple[Saved, Run]:
    return Saved(of.id, name, None, 1, of.spec, "ann", NOW, "ann", NOW), of


@pytest.mark.parametrize(("other", "warning"), [
    ({}, None),
    ({"factor_set": "desnz-2026.1"}, "The factor sets differ: 'A' desnz-2025.2, 'B' desnz-2026.1."),
    ({"last_day": date(2026, 3, 8), "event_count": 6}, "The days differ: 'A' 2026-03-01 to 2026-03-07, "),
    ({"spec": {"scope": {"entity": "Umbra"}}}, "The scopes differ: 'A' everything, 'B' Umbra."),
    ({"result": run().result | {"grid_region": "DE"}}, "The grids differ: 'A' GB, 'B' DE."),
    ({"event_count": 6}, "They ran on different data: 'A' 5 events, 'B' 6 events."),
])  # fmt: skip
def test_what_keeps_runs_from_being_compared_is_named(other: dict[str, Any], warning: str | None) -> None:
    found = compared([pair("A", run(1)), pair("B", run(2, **other))])
    assert found["comparable"] is (warning is None)
    assert len(found["warnings"]) == (warning is not None)
    assert warning is None or found["warnings"][0].startswith(warning)


@pytest.mark.parametrize(("after", "kg", "because"), [
    (run(2), 0.0, []),
    (run(2, -12.0), -2.0, ["the same days are estimated otherwise"]),
    (run(2, None), None, ["the same days are estimated otherwise"]),
    (run(2, version=2, spec={"scope": {"entity": "Umbra"}}), 0.0, ["version 2 asks something else than version 1"]),
    (run(2, event_count=7), 0.0, ["events in scope: 5 events then, 7 events now"]),
])  # fmt: skip
def test_a_run_says_how_far_it_is_from_the_one_before_and_why(after: Run, kg: float | None, because: list[str]) -> None:
    found = difference(run(1), after)
    assert (found["run_id"], found["delta_kg"], found["events"]) == (1, kg, after.event_count - 5)
    assert [reason.partition(":")[0] for reason in found["because"]] == [each.partition(":")[0] for each in because]
