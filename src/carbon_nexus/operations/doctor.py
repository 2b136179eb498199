"""What is configured, what answers, what to mend: one finding per part, none of which changes anything."""

import os
import shutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import httpx
import psycopg
from sqlalchemy.exc import SQLAlchemyError

from carbon_nexus.db import migrate
from carbon_nexus.db.binaries import find_build
from carbon_nexus.db.embedded import EmbeddedPostgres
from carbon_nexus.db.engine import conninfo
from carbon_nexus.errors import CarbonNexusError
from carbon_nexus.factors.grid import grid
from carbon_nexus.factors.library import factor_set
from carbon_nexus.predictions.plugins import plugins
from carbon_nexus.predictions.service import basis_of
from carbon_nexus.settings import Settings, refuse_open_door

LEAST_FREE_BYTES = 2 * 2**30
ANSWER_SECONDS = 3.0
SERVICES = {
    "ML Engine": ("ML_ENGINE_URL", "ml_engine_url", "/api/v1/health"),
    "Data Core": ("DATA_CORE_URL", "data_core_url", "/api/v1/health"),
    "RAG service": ("RAG_SERVICE_URL", "rag_service_url", "/health"),
}

# what an answer of a service means, where it means more than that it is well
MEANS = {
    "Data Core": ", and is not called: what it writes into the table events_normalized the next scan takes",
    "RAG service": ", and is asked about every new hotspot; the embedded proposals stand beside its answer",
}


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    NOTE = "note"
    FAIL = "fail"


class Check(NamedTuple):
    """One part: its name, how it is, what was seen, what to do about it (empty when nothing)."""

    part: str
    state: State
    seen: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Look at every part in the order a person would mend them."""
    yield _door(settings)
    if settings.database_url is None:
        yield from _embedded(settings)
    else:
        yield from _database(settings.database_url)
    yield _api(settings)
    yield _factors(settings)
    yield _plugins()
    for part, (variable, field, path) in SERVICES.items():
        yield _service(part, variable, getattr(settings, field), path)


def _door(settings: Settings) -> Check:
    try:
        refuse_open_door(settings)
    except CarbonNexusError as refusal:
        return Check("access", State.FAIL, refusal.detail, refusal.remedy)
    keys = f"{len(settings.api_keys)} keys" if settings.api_keys else "no keys, this machine only"
    return Check("access", State.OK, f"{settings.api_host}:{settings.api_port}, {keys}")


def _embedded(settings: Settings) -> Iterator[Check]:
    try:
        build = find_build(settings.carbon_nexus_pg_bindir)
    except CarbonNexusError as refusal:
        yield Check("PostgreSQL programs", State.FAIL, refusal.detail, refusal.remedy)
        return
    yield Check("PostgreSQL programs", State.OK, f"PostgreSQL {build.major} in {build.bindir}")
    yield _directory(settings.carbon_nexus_data_dir)
    server = EmbeddedPostgres(settings.carbon_nexus_data_dir, settings.carbon_nexus_pg_bindir)
    if os.path.exists(server.cluster_dir) and server.answers():
        yield from _database(server.url)
    else:
        yield Check("database", State.NOTE, "embedded, not running now", "`carbon-nexus serve` starts it.")


def _directory(data_dir: Path) -> Check:
    place = next(path for path in (data_dir.absolute(), *data_dir.absolute().parents) if os.path.exists(path))
    if not os.access(place, os.W_OK) or not place.is_dir():
        remedy = "Set CARBON_NEXUS_DATA_DIR to a directory you may write to."
        return Check("data directory", State.FAIL, f"{data_dir} cannot be written to", remedy)
    free = shutil.disk_usage(place).free
    seen = f"{data_dir}, {free / 2**30:.1f} GiB free"
    if free < LEAST_FREE_BYTES:
        return Check("data directory", State.FAIL, seen, "Free at least 2 GiB on this disk.")
    return Check("data directory", State.OK, seen)


def _database(url: str) -> Iterator[Check]:
    try:
        with psycopg.connect(conninfo(url), connect_timeout=5, prepare_threshold=None) as connection:
            version = connection.execute("SHOW server_version").fetchone()
        yield Check("database", State.OK, f"PostgreSQL {version[0] if version else '?'} answers")
        yield _schema(migrate.revision(url))
    except (psycopg.Error, SQLAlchemyError) as problem:
        remedy = "Check DATABASE_URL, the network and the password."
        yield Check("database", State.FAIL, f"does not answer: {str(problem).strip()}", remedy)


def _schema(revision: str | None) -> Check:
    newest = migrate.newest_revision()
    if revision == newest:
        return Check("schema", State.OK, f"revision {revision}")
    return Check(
        "schema", State.FAIL, f"revision {revision or 'none'}, needs {newest}", "Run `carbon-nexus db upgrade`."
    )


def _api(settings: Settings) -> Check:
    host = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    url = f"http://{host}:{settings.api_port}/health"
    try:
        answer = httpx.get(url, timeout=ANSWER_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Check("API", State.NOTE, f"{url} does not answer", "`carbon-nexus serve` starts it.")
    if answer.status_code == httpx.codes.OK:
        return Check("API", State.OK, f"{url} answers")
    return Check("API", State.FAIL, f"{url} answers {answer.status_code}", "Look at its log.")


def _factors(settings: Settings) -> Check:
    try:
        basis = basis_of(settings)
    except CarbonNexusError as refusal:
        return Check("emission factors", State.FAIL, refusal.detail, refusal.remedy)
    chosen, region = factor_set(basis.factor_set), grid(factor_set(basis.factor_set), basis.grid_region)
    seen = f"{chosen.name} ({chosen.status}, {len(chosen.factors)} factors), electricity of {region.name} {region.year}"
    return Check("emission factors", State.OK, seen)


def _plugins() -> Check:
    try:
        found = [f"{each.event_type} by {each.name} {each.model_version}" for each in plugins().values()]
    except CarbonNexusError as refusal:
        return Check("plug-ins", State.FAIL, refusal.detail, refusal.remedy)
    return Check("plug-ins", State.OK, ", ".join(found) or "none")


def _service(part: str, variable: str, url: str | None, path: str) -> Check:
    if url is None:
        return Check(part, State.OK, "embedded")
    try:
        answer = httpx.get(url.rstrip("/") + path, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        remedy = f"Start it, or leave {variable} empty; meanwhile the embedded one does its work."
        return Check(part, State.FAIL, f"{url} does not answer: {problem}", remedy)
    return Check(part, State.OK, f"{url} answers{MEANS.get(part, '')}")
