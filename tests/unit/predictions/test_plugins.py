"""A model of the user's own: installed as the page says it is used, and whatever is wrong with it stops nothing."""

import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from carbon_nexus.errors import StartRefused
from carbon_nexus.predictions.answers import ANSWER_SCHEMA
from carbon_nexus.predictions.plugins import GROUP, PlugIn, apply, load
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "plugins.md"
EVENTS = pl.DataFrame(
    {
        "event_type": ["delivery", "factory", "delivery", None, "delivery"],
        "distance_km": [40.0, None, 10.0, 1.0, None],
        "delivery_count": [10, None, 0, 1, 3],
    }
)
MODEL = "import polars as pl\ndef model(events): return events.select(co2e_kg=pl.lit(1.0))\n"


def install(folder: Path, module: str, source: str, points: Mapping[str, str], version: str = "1.0") -> None:
    """A distribution as an installer leaves it: the module, and beside it its metadata with the entry points."""
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: {version}\n")
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, ""]))


def installed(folder: Path) -> list[EntryPoint]:
    """The entry points of the distributions in a folder."""
    found = [point for dist in distributions(path=[str(folder)]) for point in dist.entry_points]
    return [point for point in found if point.group == GROUP]


def fresh(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own that finds what is installed in the folder."""
    path = ":".join([str(folder), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )


def test_the_page_s_example_is_used_for_its_event_type(tmp_path: Path) -> None:
    source, project = (
        next(block.text for block in blocks(PAGE) if block.language == kind) for kind in ("python", "toml")
    )
    told = tomllib.loads(project)["project"]
    assert 15 <= len([line for line in source.splitlines() if line]) <= 22
    install(tmp_path, "fleet_rounds", source, told["entry-points"][GROUP], told["version"])
    code = f"""
import json, polars as pl
from carbon_nexus.predictions.plugins import apply, plugins
events = pl.DataFrame(json.loads({EVENTS.write_json()!r}))
print(json.dumps(apply(plugins(), events).to_dicts()))
"""
    done = fresh(code, tmp_path)
    assert done.returncode == 0, done.stderr
    rows = orjson.loads(done.stdout)
    assert [(row["row_index"], row["state"]) for row in rows] == [(0, "answered"), (2, "answered"), (4, "refused")]
    first = rows[0]
    # (0.085 l/km x 40 km + 0.042 l x 10 drops) x (2.57082 + 0.61101) kg/l, by hand
    assert first["co2e_kg"] == pytest.approx(12.1545906)
    assert first["ttw_kg"] + first["wtt_kg"] == pytest.approx(first["co2e_kg"])
    assert (first["low_kg"], first["high_kg"]) == pytest.approx((0.82 * first["co2e_kg"], 1.18 * first["co2e_kg"]))
    assert first["model_version"] == "fleet-rounds-2025.1"
    assert rows[2]["reason"] == "plug-in fleet-rounds gives no number for this event"


def test_without_plug_ins_nothing_is_answered() -> None:
    answer = apply({}, EVENTS)
    assert (answer.height, answer.schema) == (0, pl.Schema(ANSWER_SCHEMA))


def test_a_model_may_be_any_callable_and_is_loaded_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        "import polars as pl\n"
        "class Model:\n"
        "    model_version = 'object-1'\n"
        "    def __call__(self, events): return pl.DataFrame({'co2e_kg': [2] * events.height})\n"
        "model = Model()\n"
    )
    install(tmp_path, "own_object", source, {"factory": "own_object:model"})
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = load(installed(tmp_path))
    assert (plugins["factory"].name, plugins["factory"].model_version) == ("own-object", "object-1")
    assert apply(plugins, EVENTS).select("row_index", "co2e_kg", "state").rows() == [(1, 2.0, "answered")]


@pytest.mark.parametrize(
    ("points", "source", "told"),
    [
        ({"flight": "bad:model"}, MODEL, "is for 'flight' events; there are logistics, delivery, factory, warehouse"),
        ({"delivery": "bad:nothing"}, MODEL, "cannot be imported: AttributeError"),
        ({"delivery": "bad:model"}, "import a_module_nobody_has", "cannot be imported: ModuleNotFoundError"),
        ({"delivery": "bad:model"}, "1 / 0", "cannot be imported: ZeroDivisionError"),
        ({"delivery": "bad:model"}, "model = 7", "is not a function"),
        ({"delivery": "bad:model"}, MODEL, "has no model_version"),
        ({"delivery": "bad:model"}, MODEL + "model.model_version = 2", "has no model_version"),
        ({"delivery": "bad:model"}, MODEL + "model.model_version = ''", "has no model_version"),
    ],
)
def test_a_plug_in_that_cannot_be_used_stops_the_start_with_its_name_and_the_mend(
    tmp_path: Path, points: dict[str, str], source: str, told: str
) -> None:
    install(tmp_path, "bad", source, points)
    done = fresh("from carbon_nexus.predictions.plugins import plugins; plugins()", tmp_path)
    refusal = done.stderr.splitlines()[-1]
    assert "StartRefused: Plug-in bad" in refusal
    assert told in refusal
    assert "Correct or uninstall bad." in refusal


def test_two_models_for_one_event_type_stop_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("model_a", "model_b"):
        install(tmp_path, module, MODEL + "model.model_version = '1'", {"delivery": f"{module}:model"})
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(StartRefused, match=r"model-[ab] and model-[ab] bring a model for delivery.*Uninstall one"):
        load(installed(tmp_path))


def raising(_: pl.DataFrame) -> pl.DataFrame:
    raise ValueError("no\x00 coefficients\nfor 2026")


def panicking(events: pl.DataFrame) -> pl.DataFrame:
    raise pl.exceptions.PanicException("index out of bounds")


def giving(**columns: list[Any]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A model that gives these columns, whatever it is asked."""
    return lambda _: pl.DataFrame(columns)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (raising, "ValueError: no? coefficients for 2026"),
        (panicking, "PanicException: index out of bounds"),
        (lambda events: events.lazy(), "it gave a LazyFrame, not a polars DataFrame"),
        (lambda events: None, "it gave a NoneType, not a polars DataFrame"),
        (giving(co2e_kg=[1.0, 2.0]), "it gave 2 rows for 3 events"),
        (giving(co2_kg=[1.0] * 3), "column 'co2_kg' is none of co2e_kg, ttw_kg, wtt_kg, low_kg, high_kg"),
        (giving(low_kg=[1.0] * 3), "column 'co2e_kg' is missing"),
        (giving(co2e_kg=["1"] * 3), "column 'co2e_kg' does not hold numbers"),
        (giving(co2e_kg=[True] * 3), "column 'co2e_kg' does not hold numbers"),
        (giving(co2e_kg=[1.0, float("nan"), 1.0]), "co2e_kg is negative, not a finite number"),
        (giving(co2e_kg=[1.0, -1.0, 1.0]), "co2e_kg is negative, not a finite number"),
        (giving(co2e_kg=np.array([1.0, np.inf, 1.0]).tolist()), "co2e_kg is negative, not a finite number"),
        (giving(co2e_kg=[1.0] * 3, low_kg=[2.0] * 3), "low_kg is above co2e_kg"),
        (giving(co2e_kg=[5.0] * 3, ttw_kg=[5.0] * 3, wtt_kg=[1.0] * 3), "do not add up"),
    ],
)
def test_a_model_that_goes_wrong_fails_its_own_events_and_says_how(
    model: Callable[[pl.DataFrame], pl.DataFrame], told: str
) -> None:
    fine = PlugIn("other", "factory", giving(co2e_kg=[3.0]), "1")
    answer = apply({"delivery": PlugIn("fleet", "delivery", model, "1"), "factory": fine}, EVENTS)
    failed = answer.filter(pl.col("row_index") != 1)
    assert failed["state"].to_list() == ["failed"] * 3
    assert failed["co2e_kg"].null_count() == 3
    for reason in failed["reason"]:
        assert reason.startswith("plug-in fleet failed: ")
        assert told in reason
    assert answer.filter(pl.col("row_index") == 1)["co2e_kg"].to_list() == [3.0]


def test_a_model_sees_its_own_events_with_their_columns_and_is_not_asked_for_none() -> None:
    seen: list[pl.DataFrame] = []

    def watching(events: pl.DataFrame) -> pl.DataFrame:
        seen.append(events)
        return pl.DataFrame({"co2e_kg": [None] * events.height})

    plugins = {"delivery": PlugIn("fleet", "delivery", watching, "1")}
    answer = apply(plugins, EVENTS)
    assert set(answer["state"]) == {"refused"}
    apply(plugins, EVENTS.clear())
    (events,) = seen
    assert events.equals(EVENTS.filter(pl.col("event_type") == "delivery"))
