"""A case for each endpoint: what it is asked, and what it promises."""

from collections.abc import Iterator
from uuid import UUID

from carbon_nexus.calibrations import schemas as calibrations
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.emissions import schemas as emissions
from carbon_nexus.entities import schemas as entities
from carbon_nexus.factors import schemas as factors
from carbon_nexus.forecasts import schemas as forecasts
from carbon_nexus.gapfills import schemas as gapfills
from carbon_nexus.hotspots import schemas as hotspots
from carbon_nexus.ingests import schemas as ingests
from carbon_nexus.mappings import schemas as mappings
from carbon_nexus.operations import routes as service
from carbon_nexus.operations.assistant_cases import answering
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.configured import EngineSettings
from carbon_nexus.operations.decision_cases import deciding
from carbon_nexus.operations.forecast_cases import looking_ahead
from carbon_nexus.operations.knowledge_cases import knowing
from carbon_nexus.operations.rag_cases import asking
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.operations.saving_cases import verifying
from carbon_nexus.operations.simulation_cases import supposing
from carbon_nexus.operations.target_cases import aiming
from carbon_nexus.operations.trail_cases import trail
from carbon_nexus.operations.watch_cases import watching
from carbon_nexus.predictions import features as ml_engine
from carbon_nexus.predictions import schemas as predictions
from carbon_nexus.quality import schemas as quality
from carbon_nexus.scans import schemas as scans
from carbon_nexus.simulations import schemas as simulations

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


def every_case() -> Iterator[Case]:
    """A case for each endpoint, in the order an operator would look at them."""
    yield from _about_the_service()
    yield from _dashboard()
    yield from watching()
    yield from knowing()
    yield from deciding()
    yield from verifying()
    yield from supposing()
    yield from aiming()
    yield from asking()
    yield from trail()
    yield from answering()
    yield from _library()
    yield from _changing_nothing()
    yield from _estimates()
    yield Case("POST", "/hotspots/scan", scans.ScanAnswer)
    yield Case("POST", "/trigger-analysis", scans.AnalysisAnswer)


def _about_the_service() -> Iterator[Case]:
    yield Case("GET", "/health", service.Health)
    yield Case("GET", "/", service.Root)
    yield Case("GET", "/api/v1/health", ml_engine.EngineHealth)
    yield Case("GET", "/settings", EngineSettings)
    yield Case("GET", "/metrics", "carbon_nexus_unscored_events")


def _dashboard() -> Iterator[Case]:
    yield Case("GET", "/emissions/current", emissions.CurrentEmissions)
    yield Case("GET", "/emissions/summary", emissions.EmissionsSummary)
    yield Case("GET", "/emissions/series", emissions.EmissionsSeries)
    yield Case("GET", "/emissions/breakdown", emissions.Breakdown)
    yield from looking_ahead()
    for path in ("/hotspots", "/hotspots/top"):
        yield Case("GET", path, list[hotspots.Hotspot])
    yield Case("GET", "/hotspots/stats", hotspots.HotspotStats)
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
    yield Case("GET", "/entities", list[entities.SeenEntity])
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
