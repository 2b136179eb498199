"""A plug-in's model in a scan: used, named, in front of a separate engine, and no harm when it fails."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.tables import calibrations
from carbon_nexus.predictions.answers import RemoteAnswer, State, in_schema, without_number
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.plugins import Model, PlugIn
from tests.conftest import NOW
from tests.e2e.conftest import run
from tests.integration.predictions.scanned import FACTORY, LOADED, TRUCK, VAN, WHEN, predicted, scanned, sources, tell
from tests.unit.predictions.test_plugins import MODEL, install


class Engine:
    """A separate ml-engine: 7 kg for every event, but for those of some types."""

    def __init__(self, silent: Sequence[str] = ()) -> None:
        self.asked: list[str] = []
        self._silent = silent

    async def predict(self, events: pl.DataFrame) -> RemoteAnswer:
        self.asked += events["event_type"].to_list()
        numbered = events.with_row_index("row_index")
        none = pl.col("event_type").is_in(self._silent)
        told = numbered.filter(~none).with_columns(
            co2e_kg=pl.lit(7.0), model_version=pl.lit("theirs"), state=pl.lit(str(State.ANSWERED)), confidence=None
        )
        refused = without_number(numbered.filter(none)["row_index"], State.REFUSED, "not ours")
        return RemoteAnswer(pl.concat([in_schema(told), refused]).sort("row_index"), None)


def plug_in(event_type: str, model: Model) -> dict[str, PlugIn]:
    return {event_type: PlugIn("fleet", event_type, model, "fleet-3")}


def per_km(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(co2e_kg=0.2 * pl.col("distance_km"), low_kg=0.1 * pl.col("distance_km"))


def broken(_: pl.DataFrame) -> pl.DataFrame:
    raise LookupError("no table\nfor 2026")


async def calibrate(engine: AsyncEngine, event_type: str, vehicle_class: str, ratio: float) -> None:
    """A calibration of all trips of a class, as if fitted."""
    facts = {"level": "class", "event_type": event_type, "vehicle_class": vehicle_class, "fuel": "diesel"}
    fitted = {"quantity": "fuel", "ratio": ratio, "half_width": 0.1, "sample": 20}
    async with engine.begin() as connection:
        await connection.execute(calibrations.insert().values(**facts, **fitted, first_event_at=NOW, last_event_at=NOW))


class TestPlugIns:
    async def test_its_number_is_stored_with_its_name(self, engine: AsyncEngine) -> None:
        events = [VAN, FACTORY, VAN | {"distance_km": 10.0}]
        found = await scanned(engine, events, Estimator(plugins=plug_in("delivery", per_km)))
        assert sources(found) == ["plug-in fleet", "embedded", "plug-in fleet"]
        assert [row["predicted_co2"] for row in found] == pytest.approx([8.0, 245.4, 2.0])
        first = found[0]
        assert (first["model_version"], first["method"], first["tier"]) == ("fleet-3", "plug-in fleet", "T2")
        assert (first["low_kg"], first["high_kg"], first["ttw_kg"], first["co2_kg"]) == (4.0, None, None, None)
        assert (first["factor_set"], first["factor_ids"], first["remote"]) == (None, None, False)
        assert (first["scope"], first["activity"], first["activity_unit"]) == (1, 40.0, "km")

    async def test_an_installed_one_is_found_by_the_process_that_scans(
        self, engine: AsyncEngine, database_url: str, tmp_path: Path
    ) -> None:
        install(tmp_path, "own_rounds", f"{MODEL}model.model_version = '7'\n", {"delivery": "own_rounds:model"})
        file = tmp_path / "rounds.csv"
        usual = {"supplier_id": "Haulier", "timestamp": WHEN}
        pl.DataFrame([usual | event for event in (VAN, LOADED)], infer_schema_length=None).write_csv(file)
        done = run(tmp_path / "data", "ingest", str(file), DATABASE_URL=database_url, PYTHONPATH=str(tmp_path))
        assert done.returncode == 0, done.stderr
        found = {row["prediction_type"]: row for row in await predicted(engine)}
        assert found["logistics"]["source"] == "embedded"
        told = [found["delivery"][name] for name in ("source", "predicted_co2", "model_version")]
        assert told == ["plug-in own-rounds", 1.0, "7"]

    async def test_one_that_fails_leaves_the_event_to_the_embedded_estimator(self, engine: AsyncEngine) -> None:
        (ours,) = await scanned(engine, [VAN], EMBEDDED)
        (found,) = await scanned(engine, [VAN], Estimator(plugins=plug_in("delivery", broken)))
        assert found["source"] == "embedded (plug-in fleet failed: LookupError: no table for 2026)"
        for name in ("predicted_co2", "low_kg", "co2_kg", "model_version", "method", "factor_ids", "inputs_hash"):
            assert found[name] == ours[name], name

    async def test_it_goes_before_the_separate_engine(self, engine: AsyncEngine) -> None:
        separate = Engine()
        found = await scanned(engine, [VAN, TRUCK], Estimator(plugins=plug_in("delivery", per_km), remote=separate))
        assert sources(found) == ["plug-in fleet", "ml-engine"]
        failed = await scanned(engine, [VAN, TRUCK], Estimator(plugins=plug_in("delivery", broken), remote=separate))
        assert sources(failed) == ["embedded (plug-in fleet failed: LookupError: no table for 2026)", "ml-engine"]
        assert set(separate.asked) == {"logistics"}

    async def test_it_sees_what_is_known_of_the_entity(self, engine: AsyncEngine) -> None:
        await tell(engine, "route", "R-1", operator="purchased", grid_region="DE")

        def by_grid(events: pl.DataFrame) -> pl.DataFrame:
            return events.select(co2e_kg=pl.when(pl.col("grid_region") == "DE").then(1.0).otherwise(2.0))

        estimator = Estimator(plugins=plug_in("delivery", by_grid))
        found = await scanned(engine, [VAN | {"route_id": "R-1"}, VAN | {"route_id": "R-2"}], estimator)
        assert [(row["predicted_co2"], row["scope"]) for row in found] == [(1.0, 3), (2.0, 1)]

    async def test_a_calibration_is_named_where_it_entered_and_nowhere_else(self, engine: AsyncEngine) -> None:
        uncalibrated = await scanned(engine, [VAN, TRUCK], EMBEDDED)
        for event_type, vehicle_class in (("delivery", "van_average"), ("logistics", "hgv_average")):
            await calibrate(engine, event_type, vehicle_class, 1.5)
        calibrated = await scanned(engine, [VAN, TRUCK], EMBEDDED)
        for before, after in zip(uncalibrated, calibrated, strict=True):
            assert after["predicted_co2"] == pytest.approx(1.5 * before["predicted_co2"])
            assert (before["calibration_id"], after["calibration_id"] is None) == (None, False)
        of_plug_in, of_engine = await scanned(
            engine, [VAN, TRUCK], Estimator(plugins=plug_in("delivery", per_km), remote=Engine())
        )
        assert [row["calibration_id"] for row in (of_plug_in, of_engine)] == [None, None]
        stand_ins = await scanned(
            engine, [VAN, TRUCK], Estimator(plugins=plug_in("delivery", broken), remote=Engine(silent=["logistics"]))
        )
        assert sources(stand_ins)[1] == "embedded (ml-engine gave no number)"
        for stand_in, ours in zip(stand_ins, calibrated, strict=True):
            assert stand_in["calibration_id"] == ours["calibration_id"]
            assert stand_in["predicted_co2"] == ours["predicted_co2"]
