"""The guide's columns, profile fields, vehicles, fuels, metrics and addresses are the code's, and its commands run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from carbon_nexus.activities.model import EVENT_TYPES, FIELDS, Field
from carbon_nexus.activities.vehicles import FUELS, VEHICLE_CLASSES, accepted_fuels, accepted_vehicles
from carbon_nexus.app import create_app
from carbon_nexus.entities.model import FACTS, BuildingUse, Operator
from carbon_nexus.kit import metrics
from carbon_nexus.mappings.names import read
from carbon_nexus.settings import Settings
from tests.docs.pages import GUIDE, code_in, rows_under
from tests.docs.shell import Shown, answers_of, holds, shown_after_each
from tests.e2e.conftest import Running, start

REFRIGERATED = "_refrigerated"


def test_every_column_is_listed_with_unit_and_bounds() -> None:
    told = {code_in(row[0])[0]: row[1:] for row in rows_under(GUIDE, "Columns")}
    assert list(told) == [field.name for field in FIELDS]
    for field in FIELDS:
        meaning, *limits = told[field.name]
        assert limits == _limits(field), field.name
        assert meaning.startswith("required: ") is field.required, field.name
        for other in code_in(meaning.partition("also read:")[2]):
            assert (reading := read(other)) is not None, other
            assert reading.field == field.name, other
        assert set(field.choices) <= set(code_in(meaning)), field.name
    assert set(EVENT_TYPES) <= set(code_in(told["event_type"][0]))


def test_every_vehicle_class_and_fuel_is_listed_and_every_name_is_accepted() -> None:
    vehicles, fuels = (code_in(part) for part in _vehicles_and_fuels())
    classes = {name.removesuffix(REFRIGERATED) for name in VEHICLE_CLASSES}
    assert classes <= set(vehicles) <= {*accepted_vehicles(), "vehicle_type", REFRIGERATED, "unknown"}
    assert {name for name in classes if name.startswith("hgv")} == {
        name.removesuffix(REFRIGERATED) for name in VEHICLE_CLASSES if name.endswith(REFRIGERATED)
    }
    assert set(FUELS) <= set(fuels) <= {*accepted_fuels(), "fuel_type"}


def test_every_field_of_a_profile_is_listed() -> None:
    rows = rows_under(GUIDE, "What is known of an entity")
    assert sorted(name for row in rows for name in code_in(row[0])) == sorted(FACTS)
    told = {name: code_in(row[1]) for row in rows for name in code_in(row[0])}
    assert set(told["operator"]) == set(Operator)
    assert set(told["building_use"]) == set(BuildingUse)


def test_every_metric_is_listed() -> None:
    names = {code_in(row[0])[0].removesuffix("_total") for row in rows_under(GUIDE, "Running it in earnest")}
    assert metrics.REQUESTS
    assert names == {metric.name for metric in REGISTRY.collect() if metric.name.startswith("carbon_nexus_")}


def test_every_named_endpoint_is_there(settings: Settings) -> None:
    app: FastAPI = create_app(settings, "postgresql://nowhere/nothing")
    named = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`?]*)", GUIDE.read_text()))
    assert len(named) >= 10
    there = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert named <= there


def test_every_shown_answer_is_the_real_one(answers: list[str]) -> None:
    shown = shown_after_each(GUIDE)
    assert len(answers) == len(shown)
    assert sum(block is not None for block in shown) >= 2
    for answer, block in zip(answers, shown, strict=True):
        if block is not None and block.language == "text":
            lines = answer.splitlines()
            assert [line for line in block.text.splitlines() if line not in (*lines, "...")] == []
        elif block is not None:
            holds(json.loads(answer), json.loads(block.text, parse_float=Shown))
        elif answer.startswith("{"):
            assert "detail" not in json.loads(answer), answer


def test_what_the_guide_tells_of_an_entity_is_stored(answers: list[str], server: Running) -> None:
    assert answers
    (profile,) = httpx.get(f"{server.url}/entities/profiles", timeout=30).json()
    assert (profile["entity_type"], profile["entity"], profile["grid_region"]) == ("warehouse", "DC North", "GB-hourly")


@pytest.fixture(scope="module")
def server(short_dir: Path) -> Iterator[Running]:
    """A server on an empty database, whose first event is the guide's own."""
    running = start(short_dir / "guide-data", "serve", "--no-worker")
    yield running
    running.kill_everything()


@pytest.fixture(scope="module")
def answers(server: Running, short_dir: Path) -> list[str]:
    """What each bash block printed to standard output."""
    place = short_dir / "guide"
    place.mkdir()
    return answers_of(GUIDE, place, httpx.URL(server.url).port or 0)


def _limits(field: Field) -> list[str]:
    return [field.unit, f"{field.low:,}", f"{field.high:,}"] if field.unit else ["", "", ""]


def _vehicles_and_fuels() -> tuple[str, str]:
    section = GUIDE.read_text().partition("### Vehicles and fuels\n")[2].partition("\n### ")[0]
    vehicles, fuels, *_ = section.strip().split("\n\n")
    return vehicles, fuels
