"""The cases of what-if questions about stored events, and of saved scenarios."""

from collections.abc import Iterator, Mapping
from typing import Any

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.simulations.scenario_schemas import ListedScenario
from carbon_nexus.simulations.shift_schemas import LoadShift

NO_CHANGE: Mapping[str, Any] = {"json": {"changes": []}}
A_DAY = {"json": {"energy_kwh": 2400, "month": 1, "grid_region": "GB-hourly", "hours": 4}}
NO_TWO = {"params": {"ids": f"{LARGEST_ID},{LARGEST_ID - 1}"}}
NOBODY = {"json": {"entity": "smoke: no such entity"}}


def supposing() -> Iterator[Case]:
    """A case for each of these endpoints; nothing is stored."""
    none = {"scenario_id": LARGEST_ID}
    yield Case("POST", "/simulate/population", Refusal, 422, sent=NO_CHANGE)
    yield Case("POST", "/simulate/load-shift", LoadShift, sent=A_DAY)
    yield Case("GET", "/scenarios", list[ListedScenario])
    yield Case("POST", "/scenarios", Refusal, 422, sent={"json": {}})
    yield Case("GET", "/scenarios/compare", Refusal, 404, sent=NO_TWO)
    yield Case("GET", "/scenarios/{scenario_id}", Refusal, 404, none)
    yield Case("PUT", "/scenarios/{scenario_id}", Refusal, 422, none, {"json": {}})
    yield Case("DELETE", "/scenarios/{scenario_id}", Refusal, 404, none)
    yield Case("POST", "/scenarios/{scenario_id}/run", Refusal, 404, none)
    yield Case("POST", "/scenarios/{scenario_id}/recommend", Refusal, 404, none, NOBODY)
