"""The cases of deciding: measures, and what people do with recommendations."""

from collections.abc import Iterator

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.measures import schemas as measures
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.recommendations import schemas as recommendations

NO_MEASURE = "smoke-none"
WHATEVER = {"json": {"no such fact": 1}}


def deciding() -> Iterator[Case]:
    """A case for each endpoint of measures and decisions; nothing is stored."""
    yield from _measures()
    yield from _recommendations()


def _measures() -> Iterator[Case]:
    none = {"measure_id": NO_MEASURE}
    yield Case("GET", "/measures", list[measures.MeasureAnswer])
    yield Case("POST", "/measures", Refusal, 422, sent=WHATEVER)
    yield Case("GET", "/measures/{measure_id}", Refusal, 404, none)
    yield Case("PUT", "/measures/{measure_id}", Refusal, 422, none, WHATEVER)
    yield Case("DELETE", "/measures/{measure_id}", Refusal, 404, none)


def _recommendations() -> Iterator[Case]:
    none = {"rec_id": LARGEST_ID}
    yield Case("GET", "/hotspots/{hotspot_id}/diagnosis", Refusal, 404, {"hotspot_id": LARGEST_ID})
    for path in ("/recommendations", "/recommendations/pending"):
        yield Case("GET", path, list[recommendations.Recommendation])
    yield Case("GET", "/recommendations/stats", recommendations.RecommendationStats)
    yield Case("GET", "/recommendations/combined", recommendations.Combined)
    yield Case("POST", "/recommendations", Refusal, 422, sent=WHATEVER)
    for path in ("approve", "reject"):
        yield Case("POST", f"/recommendations/{path}", Refusal, 422, sent={"json": {"ids": []}})
        yield Case("POST", f"/recommendations/{{rec_id}}/{path}", Refusal, 404, none)
    for path in ("", "/timeline"):
        yield Case("GET", f"/recommendations/{{rec_id}}{path}", Refusal, 404, none)
    yield Case("POST", "/recommendations/{rec_id}/implement", Refusal, 404, none)
    yield Case("POST", "/recommendations/{rec_id}/assign", Refusal, 404, none, {"json": {"assignee": None}})
    yield Case("POST", "/recommendations/{rec_id}/comment", Refusal, 404, none, {"json": {"text": "smoke"}})
