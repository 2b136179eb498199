"""create_app(settings): the only place where the parts are wired together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from loguru import logger
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException

from carbon_nexus import __version__
from carbon_nexus.access.keys import Keys, RequireKey
from carbon_nexus.alerts import routes as alerts
from carbon_nexus.alerts import silence_routes as silences
from carbon_nexus.assistant import routes as assistant
from carbon_nexus.audit import routes as audit
from carbon_nexus.baselines import routes as baselines
from carbon_nexus.calibrations import routes as calibrations
from carbon_nexus.db.engine import make_engine
from carbon_nexus.documents import jobs as knowledge
from carbon_nexus.documents import routes as documents
from carbon_nexus.emissions import routes as emissions
from carbon_nexus.entities import routes as entities
from carbon_nexus.errors import CarbonNexusError, InvalidInput, Unavailable
from carbon_nexus.factors import routes as factors
from carbon_nexus.feeds import READERS
from carbon_nexus.forecasts import routes as forecasts
from carbon_nexus.gapfills import routes as gapfills
from carbon_nexus.hotspots import backtest_routes as backtest
from carbon_nexus.hotspots import routes as hotspots
from carbon_nexus.hotspots import why_routes as hotspot
from carbon_nexus.ingests import job_routes as ingest_jobs
from carbon_nexus.ingests import routes as ingests
from carbon_nexus.ingests.model import LARGEST_BATCH_BYTES
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.clock import Clock, utc_now
from carbon_nexus.kit.plain import echo, json_bytes, plain
from carbon_nexus.kit.requests import Requests
from carbon_nexus.language.chat import writer_of
from carbon_nexus.language.embed import embedder_of
from carbon_nexus.live import routes as live
from carbon_nexus.live.feed import Feed
from carbon_nexus.live.wake import announcing
from carbon_nexus.mappings import routes as mappings
from carbon_nexus.measures import routes as measures
from carbon_nexus.notifications import routes as notifications
from carbon_nexus.operations import routes as operations
from carbon_nexus.operations.refusals import document_refusals
from carbon_nexus.predictions import engine_routes as ml_engine
from carbon_nexus.predictions import routes as predictions
from carbon_nexus.predictions.service import embedded_of, open_estimator
from carbon_nexus.quality import routes as quality
from carbon_nexus.recommendations import diagnosis_routes as diagnoses
from carbon_nexus.recommendations import one_routes as recommendation
from carbon_nexus.recommendations import rag_routes as rag
from carbon_nexus.recommendations import routes as recommendations
from carbon_nexus.rules import routes as rules
from carbon_nexus.savings import routes as savings
from carbon_nexus.scans import routes as scans
from carbon_nexus.settings import Settings
from carbon_nexus.simulations import routes as simulations
from carbon_nexus.simulations import scenario_routes as scenarios
from carbon_nexus.simulations import shift_routes as load_shift
from carbon_nexus.targets import routes as targets
from carbon_nexus.web import routes as web
from carbon_nexus.worker import default_rule_of

ROOMS = (
    operations,
    ingests,
    ingest_jobs,
    mappings,
    gapfills,
    quality,
    entities,
    factors,
    emissions,
    ml_engine,
    predictions,
    calibrations,
    scans,
    baselines,
    hotspots,
    backtest,
    hotspot,
    rules,
    alerts,
    silences,
    notifications,
    documents,
    measures,
    savings,
    diagnoses,
    recommendations,
    recommendation,
    rag,
    forecasts,
    targets,
    simulations,
    load_shift,
    scenarios,
    assistant,
    audit,
    live,
    web,
)
TITLE = "Carbon Nexus"
MOST_PROBLEMS = 100  # of one request that are told
CORRECT = "Correct what detail names; /docs shows what each field takes."


Companion = Callable[[AsyncEngine], AbstractAsyncContextManager[object]]


def create_app(
    settings: Settings, database_url: str, *, clock: Clock = utc_now, beside: Sequence[Companion] = ()
) -> FastAPI:
    """The HTTP application over one database; the companions (worker, demo replay) run while it serves."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = app.state.engine = make_engine(database_url)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(engine.dispose)
            app.state.estimator = await stack.enter_async_context(open_estimator(settings))
            await knowledge.prepare(engine, app.state.embedder)
            await stack.enter_async_context(announcing(engine, settings.redis_url))
            await stack.enter_async_context(app.state.live.running(database_url, settings.redis_url))
            for companion in beside:
                await stack.enter_async_context(companion(engine))
            yield

    app = FastAPIOffline(title=TITLE, version=__version__, lifespan=lifespan)
    app.state.settings, app.state.clock = settings, clock
    app.state.spool, app.state.embedder = spool_of(settings), embedder_of(settings)
    app.state.writer = writer_of(settings)
    app.state.default_rule, app.state.estimator = default_rule_of(settings), embedded_of(settings)
    keys = Keys(settings.api_keys)
    app.state.simulating = asyncio.Lock()  # one simulation of many events at a time
    app.state.live = Feed(READERS, keys, settings.cors_origins, clock)
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/socket.io", app.state.live.rooms.app)
    undocumented = app.openapi
    app.openapi = lambda: document_refusals(undocumented())  # type: ignore[method-assign]
    _answer_errors_in_one_shape(app)
    app.add_middleware(RequireKey, keys=keys)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Request-ID", "X-Total-Count", "X-Next-Cursor"],
    )
    app.add_middleware(Requests, larger_bodies={"/api/v1/ingest/events": LARGEST_BATCH_BYTES})
    return app


def _answer_errors_in_one_shape(app: FastAPI) -> None:
    app.add_exception_handler(CarbonNexusError, _business_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    for outage in (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError, OSError):
        app.add_exception_handler(outage, _outage)
    for misfit in (DataError, psycopg.DataError):
        app.add_exception_handler(misfit, _misfit)


def _answer(error: CarbonNexusError) -> Response:
    return Response(json_bytes(error.body()), error.status, media_type="application/json")


async def _business_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, CarbonNexusError)
    return _answer(error)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    secret = request.url.path.startswith("/receivers")  # what is sent there holds passwords
    problems = [
        {
            "type": each["type"],
            "loc": plain(each["loc"]),
            "msg": plain(each["msg"]),
            "input": None if secret else echo(each.get("input")),
        }
        for each in error.errors()[:MOST_PROBLEMS]
    ]
    return JSONResponse({"detail": problems, "code": "invalid_input", "remedy": CORRECT}, 422)


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, CarbonNexusError):
        return _answer(error.__cause__)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    return JSONResponse({"detail": error.detail, "code": code, "remedy": ""}, error.status_code, error.headers)


async def _outage(_: Request, error: Exception) -> Response:
    logger.error("the database does not answer: {}", error)
    return _answer(Unavailable("The database does not answer.", "Try again; `carbon-nexus doctor` tells more."))


async def _misfit(_: Request, error: Exception) -> Response:
    """A value that passed every check and that PostgreSQL cannot hold: a zero character, a number out of range."""
    problem = str(getattr(error, "orig", error)).splitlines()[0]
    logger.warning("a value does not fit its column: {}", problem)
    told = {"type": "value_error", "loc": ["body"], "msg": f"A value cannot be stored: {problem}", "input": None}
    return _answer(InvalidInput([told]))
