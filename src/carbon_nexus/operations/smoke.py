"""Every endpoint of a running server, tried once: does it answer what the documentation promises?

Nothing is stored by it: what would change something is sent so that it must be refused, or asks for a decision on an
id that cannot exist. The two scans are the exception; they do at once what the timer does within minutes anyway.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from pydantic import TypeAdapter, ValidationError

from carbon_nexus.alerts import schemas as alerts
from carbon_nexus.calibrations import schemas as calibrations
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.emissions import schemas as emissions
from carbon_nexus.entities import schemas as entities
from carbon_nexus.errors import InvalidInput
from carbon_nexus.factors import schemas as factors
from carbon_nexus.forecasts import schemas as forecasts
from carbon_nexus.gapfills import schemas as gapfills
from carbon_nexus.hotspots import schemas as hotspots
from carbon_nexus.ingests import schemas as ingests
from carbon_nexus.mappings import schemas as mappings
from carbon_nexus.operations import routes as service
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.predictions import features as ml_engine
from carbon_nexus.predictions import schemas as predictions
from carbon_nexus.quality import schemas as quality
from carbon_nexus.recommendations import schemas as recommendations
from carbon_nexus.scans import schemas as scans
from carbon_nexus.simulations import schemas as simulations

PASSED, FAILED = "ok", "failed"
ANSWER = httpx.Timeout(30.0, connect=5.0)  # a scan after a large import may take a while; connecting may not
LONGEST_REMARK = 200

LOGISTICS = {"distance_km": 120, "load_kg": 450, "vehicle_type": "truck_diesel", "fuel_type": "diesel", "avg_speed": 50}
FACTORY = {"energy_kwh": 5200, "shift_hours": 8, "furnace_usage": 1.2, "cooling_load": 300}
WAREHOUSE = {"temperature": 20, "energy_kwh": 830, "refrigeration_load": 2.1, "inventory_volume": 450}
DELIVERY = {"route_length": 40, "vehicle_type": "van", "traffic_score": 5, "delivery_count": 10}
SAMPLES = {"logistics": LOGISTICS, "factory": FACTORY, "warehouse": WAREHOUSE, "delivery": DELIVERY}
SCENARIO = {"scenario_type": "logistics", "baseline_features": LOGISTICS, "changes": {"vehicle_type": "truck_ev"}}
FIVE_WEEKS = [120, 130, 125, 140, 135, 90, 80] * 5
HEADER_ONLY = ("empty.csv", b"event_type,supplier_id,timestamp\n", "text/csv")
TWO_SETS = {"old": "desnz-2025.2", "new": "desnz-2026.1"}
ONE_FACTOR = "desnz-2025/diesel-average-blend/litre"
NO_JOB = str(UUID(int=0))
NO_SUPPLIER = "smoke: no such supplier"


class Trial(NamedTuple):
    """One endpoint tried: `result` is "ok" or "failed", `status` and `ms` are null where no answer came."""

    endpoint: str
    result: str
    status: int | None
    ms: int | None
    remark: str

    @property
    def passed(self) -> bool:
        """Whether the endpoint answered as promised."""
        return self.result == PASSED


@dataclass(frozen=True)
class Case:
    """A request and its promised answer.

    `path` is the one the documentation lists, `of` fills its parameters; `promise` is the type of the JSON answer,
    or text that a plain answer contains; `sent` are further arguments of the request, as httpx names them.
    """

    method: str
    path: str
    promise: Any
    status: int = 200
    of: Mapping[str, Any] = field(default_factory=dict)
    sent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Method and path, such as `GET /hotspots`."""
        return f"{self.method} {self.path}"


def every_case() -> Iterator[Case]:
    """A case for each endpoint, in the order an operator would look at them."""
    yield from _about_the_service()
    yield from _dashboard()
    yield from _library()
    yield from _changing_nothing()
    yield from _estimates()
    yield Case("POST", "/hotspots/scan", scans.ScanAnswer)
    yield Case("POST", "/trigger-analysis", scans.AnalysisAnswer)


def try_every_endpoint(url: str, key: str | None) -> Iterator[Trial]:
    """Try every endpoint of the server at `url`, with this bearer key if any; one trial each, as they are done.

    Where no connection can be made the first trial says so and is the last. Raises InvalidInput when `url` is not
    an HTTP address.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(base_url=_address(url), headers=headers, timeout=ANSWER) as client:
        for case in every_case():
            try:
                yield _try(client, case)
            except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
                remark = f"cannot connect to {url}: {problem}; the other endpoints were not tried"
                yield Trial(case.endpoint, FAILED, None, None, remark)
                return
            except httpx.TransportError as problem:
                yield Trial(case.endpoint, FAILED, None, None, f"no answer: {type(problem).__name__} {problem}".strip())


def _about_the_service() -> Iterator[Case]:
    yield Case("GET", "/health", service.Health)
    yield Case("GET", "/", service.Root)
    yield Case("GET", "/api/v1/health", ml_engine.EngineHealth)
    yield Case("GET", "/metrics", "carbon_nexus_unscored_events")


def _dashboard() -> Iterator[Case]:
    yield Case("GET", "/emissions/current", emissions.CurrentEmissions)
    yield Case("GET", "/emissions/summary", emissions.EmissionsSummary)
    yield Case("GET", "/emissions/forecast", forecasts.EmissionsForecast)
    for path in ("/hotspots", "/hotspots/top"):
        yield Case("GET", path, list[hotspots.Hotspot])
    yield Case("GET", "/hotspots/stats", hotspots.HotspotStats)
    for path in ("/alerts", "/alerts/critical"):
        yield Case("GET", path, list[alerts.Alert])
    yield Case("GET", "/alerts/stats", alerts.AlertStats)
    for path in ("/recommendations", "/recommendations/pending"):
        yield Case("GET", path, list[recommendations.Recommendation])
    yield Case("GET", "/recommendations/stats", recommendations.RecommendationStats)
    yield Case("GET", "/data-quality", quality.OverallQuality)
    yield Case("GET", "/data-quality/gaps", quality.Gaps)
    yield Case("GET", "/api/v1/ingest/jobs", list[ingests.ListedJob])
    yield Case("GET", "/api/v1/ingest/mappings", list[mappings.MappingPreset])
    yield Case("GET", "/api/v1/ingest/fill", list[gapfills.StandInValue])


def _library() -> Iterator[Case]:
    """The factors, and what was learnt and told of entities."""
    yield Case("GET", "/factors", factors.FactorPage)
    yield Case("GET", "/factors/sets", list[factors.FactorSetFacts])
    yield Case("GET", "/factors/diff", factors.SetDifference, sent={"params": TWO_SETS})
    yield Case("GET", "/factors/{factor_id}", factors.FactorInSets, of={"factor_id": ONE_FACTOR})
    yield Case("GET", "/grid-regions", factors.GridRegions)
    yield Case("GET", "/entities/profiles", list[entities.EntityProfile])
    yield Case("GET", "/predictions", list[predictions.StoredPrediction])
    yield Case("GET", "/calibrations", list[calibrations.FittedCalibration])


def _changing_nothing() -> Iterator[Case]:
    """What stores or looks up something by its id, asked so that the honest answer is a refusal."""
    yield from _ways_in()
    for path in ("/predictions/{prediction_id}", "/predictions/{prediction_id}/explain"):
        yield Case("GET", path, Refusal, 404, {"prediction_id": LARGEST_ID})
    nobody = {"entity_type": "route", "entity": NO_SUPPLIER}
    profile = "/entities/{entity_type}/{entity}/profile"
    yield Case("GET", profile, Refusal, 404, nobody)
    yield Case("PUT", profile, Refusal, 422, nobody, {"json": {"no such fact": 1}})
    yield Case("DELETE", profile, Refusal, 404, nobody)
    for decision in ("approve", "reject"):
        yield Case("POST", f"/recommendations/{{rec_id}}/{decision}", Refusal, 404, {"rec_id": LARGEST_ID})


def _ways_in() -> Iterator[Case]:
    """The data core, asked for jobs and sources that there are not, and sent what holds no event."""
    job, source = {"job_id": NO_JOB}, {"source": NO_SUPPLIER}
    for path in ("status/{job_id}", "jobs/{job_id}/errors", "jobs/{job_id}/rejected"):
        yield Case("GET", f"/api/v1/ingest/{path}", Refusal, 404, job)
    for path in ("jobs/{job_id}/cancel", "jobs/{job_id}/undo"):
        yield Case("POST", f"/api/v1/ingest/{path}", Refusal, 404, job)
    for path in ("/data-quality/{supplier_id}", "/api/v1/data-quality/{supplier_id}"):
        yield Case("GET", path, Refusal, 404, {"supplier_id": NO_SUPPLIER})
    for path in ("csv", "upload", "preview"):
        yield Case("POST", f"/api/v1/ingest/{path}", Refusal, 422, sent={"files": {"file": HEADER_ONLY}})
    for path in ("event", "events"):
        yield Case("POST", f"/api/v1/ingest/{path}", Refusal, 422, sent={"json": {}})
    preset = "/api/v1/ingest/mappings/{source}"
    yield Case("GET", preset, Refusal, 404, source)
    yield Case("PUT", preset, Refusal, 422, source, {"json": {"columns": {"no such field": "x"}}})
    yield Case("DELETE", preset, Refusal, 404, source)
    nobody = {"entity": NO_SUPPLIER}
    asked = {"fields": ["speed"], "dry_run": True, **nobody}
    yield Case("POST", "/api/v1/ingest/fill", gapfills.FillAnswer, sent={"json": asked})
    yield Case("DELETE", "/api/v1/ingest/fill", gapfills.TakenBack, sent={"params": nobody})


def _estimates() -> Iterator[Case]:
    for event_type, sample in SAMPLES.items():
        yield Case("POST", f"/api/v1/predict/{event_type}", ml_engine.Prediction, sent={"json": sample})
        batch = {"json": {"predictions": [sample, {}]}}
        yield Case("POST", f"/api/v1/batch/{event_type}", ml_engine.BatchPrediction, sent=batch)
    yield Case("POST", "/api/v1/forecast/7d", forecasts.SevenDays, sent={"json": {"history": FIVE_WEEKS}})
    yield Case("POST", "/simulate", simulations.SimulationResult, sent={"json": SCENARIO})
    answers = list[simulations.SimulationResult | simulations.SimulationError]
    yield Case("POST", "/simulate/batch", answers, sent={"json": [SCENARIO, {}]})


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise _refused(url, str(problem)) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise _refused(url, "it must start with http:// or https:// and name a host")
    return address


def _refused(url: str, rule: str) -> InvalidInput:
    problem = {"type": "url", "loc": ["url"], "msg": f"{url!r} is no address of a server: {rule}.", "input": url}
    return InvalidInput([problem], "Example: carbon-nexus smoke http://127.0.0.1:8000")


def _try(client: httpx.Client, case: Case) -> Trial:
    answer = client.request(case.method, case.path.format(**case.of), **case.sent)
    remark = _broken(case, answer)
    ms = round(answer.elapsed.total_seconds() * 1000)
    return Trial(case.endpoint, FAILED if remark else PASSED, answer.status_code, ms, remark[:LONGEST_REMARK])


def _broken(case: Case, answer: httpx.Response) -> str:
    """Which promise the answer breaks; empty when it keeps all."""
    if answer.status_code != case.status:
        return f"expected {case.status}, got {answer.status_code}: {answer.text.strip()}"
    if isinstance(case.promise, str):
        return "" if case.promise in answer.text else f"{case.promise} is not in the answer"
    return _broken_by_json(TypeAdapter(case.promise), answer.content)


def _broken_by_json(promised: TypeAdapter[Any], body: bytes) -> str:
    try:
        found = promised.validate_json(body, strict=True)
    except ValidationError as problem:
        first = problem.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the answer'}: {first['msg']}"
    # a field with a default value passes validation when it is absent, but it is promised all the same
    if promised.dump_python(found, exclude_unset=True) != promised.dump_python(found):
        return "a promised field is absent"
    return ""
