"""A population of events, and what changes come to on it, without a database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.measures.library import measures
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA
from carbon_nexus.simulations import account
from carbon_nexus.simulations.act import act
from carbon_nexus.simulations.plan import planned
from carbon_nexus.simulations.population import Books, gathered
from carbon_nexus.simulations.schemas import ChangeResult, LeftOut, PopulationSpec
from carbon_nexus.simulations.weigh import Weighed, weigh
from tests.conftest import NOW

MEASURES = {each.id: each for each in measures()}
LORRY = {
    "event_type": "logistics", "supplier_id": "Haulier", "route_id": "R-1", "vehicle_type": "artic_40t",
    "fuel_type": "diesel", "distance_km": 300.0, "load_kg": 9000.0, "speed": 65.0,
}  # fmt: skip
VAN = {
    "event_type": "delivery", "supplier_id": "Courier", "route_id": "D-1", "vehicle_type": "van",
    "fuel_type": "diesel", "distance_km": 30.0, "load_kg": 300.0,
}  # fmt: skip
SHIFT = {"event_type": "factory", "supplier_id": "Own", "factory_id": "F-1", "energy_kwh": 5000.0, "shift_hours": 8.0}


class Outcome:
    """What these changes come to on these events."""

    def __init__(
        self, events: Sequence[dict[str, Any]], *changes: dict[str, Any], estimator: Estimator = EMBEDDED
    ) -> None:
        plans = planned(PopulationSpec.model_validate({"changes": list(changes)}), MEASURES)
        books, none = Books(), pl.DataFrame(schema=STAND_IN_SCHEMA)
        whole = gathered([books.part(ready(events), none, estimator)])
        self.before = whole.sums.row(0, named=True)
        self.weighed: Weighed = weigh(whole.frame, act(whole.frame, plans), books, estimator)
        self.totals = account.totals(self.weighed, self.before, 28)
        self.delta_kg: float = self.totals["delta_kg"]
        self.parts: list[ChangeResult] = account.parts(plans, self.weighed, self.totals["baseline_kg"])
        self.left_out: list[LeftOut] = account.left_out(self.weighed, whole.no_estimate)


def ready(events: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """These events as they are prepared for an estimate, an hour apart where they name no time."""
    times = [NOW - timedelta(hours=number) for number in range(len(events))]
    rows = [{"event_time": at, **event} for at, event in zip(times, events, strict=True)]
    numbered = (
        pl.DataFrame(rows, schema=INPUTS).with_row_index("event_id").with_columns(pl.col("event_id").cast(pl.Int64))
    )
    return with_entities(numbered)
