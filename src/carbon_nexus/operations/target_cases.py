"""The cases of targets."""

from collections.abc import Iterator

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.targets import schemas as targets


def aiming() -> Iterator[Case]:
    """A case for each endpoint of targets; nothing is stored."""
    none = {"target_id": LARGEST_ID}
    yield Case("GET", "/targets", list[targets.TargetAnswer])
    yield Case("GET", "/targets/progress", targets.MonthProgress)
    yield Case("PUT", "/targets", Refusal, 422, sent={"json": []})
    yield Case("GET", "/targets/{target_id}/burn-down", Refusal, 404, none)
    yield Case("DELETE", "/targets/{target_id}", Refusal, 404, none)
