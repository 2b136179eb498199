"""A separate ml-engine behind real HTTP: asked once for equal inputs, again when it changed, spared when it is down."""

from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.emissions.model import Basis
from carbon_nexus.entities.model import EntityType, Profile
from carbon_nexus.entities.store import save
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.remote import STORED
from tests.conftest import NOW
from tests.integration.predictions.scanned import FACTORY, LOADED, VAN, WAREHOUSE, Row, scanned, sources
from tests.integration.predictions.separate import PAUSE_SECONDS, Theirs

UNAVAILABLE = "embedded (ml-engine unavailable)"
MODELLED: list[Row] = [LOADED, VAN, WAREHOUSE]  # a meter is measured, and not asked about
TYPES = {"logistics", "delivery", "warehouse"}


async def in_cache(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.scalar(text("SELECT count(*) FROM predictions WHERE remote"))) or 0)


def numbers(rows: list[Row]) -> list[float]:
    return [row["predicted_co2"] for row in rows]


class TestAskedOnce:
    async def test_equal_events_are_one_question_and_later_one_probe_per_type(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        events = [*MODELLED, *MODELLED, LOADED | {"distance_km": 50.0}, FACTORY, *MODELLED]
        first = await scanned(engine, events, theirs.estimator)
        assert theirs.counts() == {"logistics": 2, "delivery": 1, "warehouse": 1}
        second = await scanned(engine, list(reversed(events)), theirs.estimator)
        assert theirs.counts() == dict.fromkeys(TYPES, 1)
        assert sources(first) == ["ml-engine"] * 7 + ["embedded"] + ["ml-engine"] * 3
        assert numbers(first) == pytest.approx([100, 40, 500] * 2 + [50, 245.4] + [100, 40, 500])
        own = ("id", "event_id", "created_at", "remote", "typical_kg", "chance_per_week")
        assert [{name: row[name] for name in row if name not in own} for row in reversed(second)] == [
            {name: row[name] for name in row if name not in own} for row in first
        ]

    async def test_what_is_on_record_grows_with_the_inputs_not_with_the_events(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        for _ in range(4):
            await scanned(engine, [LOADED] * 50, theirs.estimator)
            assert await in_cache(engine) == 1
        theirs.version = "v2"
        await scanned(engine, [LOADED] * 50, theirs.estimator)
        assert await in_cache(engine) == 2

    async def test_measured_and_impossible_events_are_not_asked_about(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        async with engine.begin() as connection:  # of a factor set that is no longer configured
            await save(connection, 1, Profile(EntityType.ROUTE, "R-1", grid_region="Atlantis"), NOW)
        impossible = [LOADED | change for change in ({"route_id": "R-1"}, {"distance_km": -5.0}, {"load_kg": 1e13})]
        found = await scanned(engine, [LOADED | {"fuel_litres": 30.0}, FACTORY, *impossible], theirs.estimator)
        assert theirs.asked == []
        assert sources(found) == ["embedded", "embedded", None, None, None]
        assert [row["tier"] for row in found] == ["T1", "T1", None, None, None]
        assert found[2]["reason"] == "grid_region 'Atlantis' is not known"
        assert found[3]["reason"].startswith("distance_km is negative")

    async def test_every_input_of_the_contract_makes_another_question(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        more = [{"load_kg": 9001.0}, {"speed": 60.0}, {"stop_events": 3}, {"idle_hours": 1.0}, {"vehicle_type": "hgv"}]
        other = [{"temperature": -21.0}, {"refrigeration_load": 7.0}, {"inventory_volume": 501.0}]
        rounds = [{"delivery_count": 9}, {"traffic_score": 5.0}, {"fuel_type": None}]
        kinds = ((LOADED, more), (WAREHOUSE, other), (VAN, rounds))
        events = [event | change for event, changes in kinds for change in ({}, *changes)]
        await scanned(engine, events, theirs.estimator)
        assert theirs.counts() == {"logistics": 6, "warehouse": 4, "delivery": 4}

    async def test_another_tenant_s_answers_are_its_own(self, engine: AsyncEngine, theirs: Theirs) -> None:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO tenants (name) VALUES ('other')"))
        await scanned(engine, MODELLED, theirs.estimator)
        theirs.counts()
        await scanned(engine, MODELLED * 2, theirs.estimator, tenant_id=2)
        assert theirs.counts() == dict.fromkeys(TYPES, 1)
        assert await in_cache(engine) == 6
        assert sources(await scanned(engine, MODELLED, theirs.estimator, tenant_id=2)) == ["ml-engine"] * 3

    async def test_it_is_told_the_configured_grid(self, engine: AsyncEngine, theirs: Theirs) -> None:
        electric = VAN | {"vehicle_type": "van_ev", "fuel_type": None}
        german = Estimator(Basis(grid_region="DE"), remote=theirs.estimator.remote)
        await scanned(engine, [electric], theirs.estimator)
        await scanned(engine, [electric], german)
        ((_, (first,)), (_, (second,))) = theirs.asked
        assert (first["grid_region"], second["grid_region"]) == ("GB", "DE")


class TestANewVersion:
    async def test_is_asked_about_everything_again_once(self, engine: AsyncEngine, theirs: Theirs) -> None:
        events = [LOADED | {"distance_km": float(km)} for km in range(100, 110)] + [VAN]
        await scanned(engine, events, theirs.estimator)
        theirs.counts()
        theirs.version = "v2"
        found = await scanned(engine, [*events, LOADED | {"distance_km": 7.0}], theirs.estimator)
        assert theirs.counts() == {"logistics": 11, "delivery": 1}
        assert numbers(found) == pytest.approx([2.0 * km for km in range(100, 110)] + [80.0, 14.0])
        assert {row["model_version"] for row in found} == {"v2"}
        again = await scanned(engine, events, theirs.estimator)
        assert theirs.counts() == {"logistics": 1, "delivery": 1}
        assert numbers(again) == numbers(found)[:-1]

    async def test_going_back_to_an_old_one_counts_as_new(self, engine: AsyncEngine, theirs: Theirs) -> None:
        for version in ("v1", "v2", "v1"):
            theirs.version = version
            found = await scanned(engine, MODELLED, theirs.estimator)
            assert {row["model_version"] for row in found} == {version}
        theirs.counts()
        again = await scanned(engine, MODELLED, theirs.estimator)
        assert theirs.counts() == dict.fromkeys(TYPES, 1)
        assert {row["model_version"] for row in again} == {"v1"}

    async def test_an_engine_of_two_models_is_one_question_each(self, engine: AsyncEngine, theirs: Theirs) -> None:
        def by_vehicle(event_type: str, item: Row) -> Row:
            version = "vans-1" if item["vehicle_type"] == "van" else "trucks-4"
            return {"prediction": {"co2_kg": item["distance_km"], "model_version": version}}

        theirs.tell = by_vehicle
        events = [
            LOADED | {"vehicle_type": vehicle, "distance_km": float(km)}
            for vehicle in ("van", "truck")
            for km in range(1, 20)
        ]
        await scanned(engine, events, theirs.estimator)
        assert theirs.counts() == {"logistics": 38}
        found = await scanned(engine, events, theirs.estimator)
        assert theirs.counts() == {"logistics": 2}
        assert {(row["model_version"]) for row in found} == {"vans-1", "trucks-4"}
        assert numbers(found) == [float(km) for km in range(1, 20)] * 2

    async def test_that_dies_on_the_way_is_not_mixed_with_the_old(self, engine: AsyncEngine, theirs: Theirs) -> None:
        events = [LOADED | {"distance_km": float(km)} for km in range(1, 1001)]

        def first_only(event_type: str, item: Row) -> Row:
            if len(theirs.asked) > 1:
                return {"prediction": "nonsense"}
            return theirs.by_version(event_type, item)

        await scanned(engine, events, theirs.estimator)
        theirs.asked.clear()
        theirs.version, theirs.tell = "v2", first_only
        found = await scanned(engine, events, theirs.estimator)
        assert sources(found) == ["ml-engine"] + [UNAVAILABLE] * 999
        assert found[0]["model_version"] == "v2"


class TestDown:
    async def test_its_stored_answers_serve_and_it_is_asked_when_it_is_back(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        new = LOADED | {"distance_km": 55.0}
        for version in ("v1", "v2"):
            theirs.version = version
            await scanned(engine, MODELLED, theirs.estimator)
        theirs.down = True
        for _ in range(3):  # the third time the breaker is open
            down = await scanned(engine, [*MODELLED, new], theirs.estimator)
            assert sources(down) == ["ml-engine"] * 3 + [UNAVAILABLE]
            assert numbers(down)[:3] == pytest.approx([200.0, 80.0, 1000.0])
            assert {row["model_version"] for row in down[:3]} == {"v2"}
        theirs.down = False
        theirs.counts()
        assert sources(await scanned(engine, [new], theirs.estimator)) == [UNAVAILABLE]
        assert theirs.asked == []
        theirs.now += PAUSE_SECONDS
        back = await scanned(engine, [*MODELLED, new], theirs.estimator)
        assert sources(back) == ["ml-engine"] * 4
        assert theirs.counts() == {"logistics": 2, "delivery": 1, "warehouse": 1}

    async def test_a_stand_in_is_the_embedded_estimate_to_the_bit(self, engine: AsyncEngine, theirs: Theirs) -> None:
        ours = await scanned(engine, MODELLED, EMBEDDED)
        theirs.down = True
        found = await scanned(engine, MODELLED, theirs.estimator)
        assert sources(found) == [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE]
        differing = {"id", "event_id", "created_at", "provenance_id", "digest", "source"}
        differing |= {"chance_per_week"}  # the second time has been learnt from the first
        for before, after in zip(ours, found, strict=True):
            assert {name for name in before if before[name] != after[name]} <= differing
        assert await in_cache(engine) == 0

    async def test_one_that_says_no_is_believed_rather_than_its_old_number(
        self, engine: AsyncEngine, theirs: Theirs
    ) -> None:
        await scanned(engine, [LOADED], theirs.estimator)
        theirs.tell = lambda *_: {"error": "no such vehicle"}
        found = await scanned(engine, [LOADED, LOADED | {"load_kg": None}], theirs.estimator)
        assert sources(found) == [
            "embedded (ml-engine gave no number)", "embedded (ml-engine cannot be asked about it)",
        ]  # fmt: skip


class TestWhatItSays:
    async def test_all_of_it_is_stored_and_found_again(self, engine: AsyncEngine, theirs: Theirs) -> None:
        told = {
            "co2_kg": 10.0, "ttw_kg": 8.0, "wtt_kg": 2.0, "low_kg": 9.0, "high_kg": 12.0, "confidence": 0.8,
            "model_version": "v" * 200, "tier": "T3", "method": "fleet.1", "factor_id": 'lorry "7", 2026',
            "reason": 'a guess,\nsaid "they"',
        }  # fmt: skip
        theirs.tell = lambda *_: {"prediction": told}
        (asked,) = await scanned(engine, [LOADED], theirs.estimator)
        theirs.down = True
        (found,) = await scanned(engine, [LOADED], theirs.estimator)
        assert (asked["remote"], found["remote"]) == (True, False)
        assert found["provenance_id"] == asked["provenance_id"]
        for row in (asked, found):
            assert row["predicted_co2"] == told["co2_kg"]
            assert row["confidence_score"] == told["confidence"]
            assert row["notes"] == told["reason"]
            assert row["reason"] is None
            for name in ("ttw_kg", "wtt_kg", "low_kg", "high_kg", "model_version", "tier", "method", "factor_id"):
                assert row[name] == told[name], name
            for name in ("co2_kg", "ch4_kg", "n2o_kg", "electricity_kwh", "scope2_kg", "factor_set", "grid_region"):
                assert row[name] is None, name
            assert (row["scope"], row["activity"], row["activity_unit"]) == (1, 900.0, "t.km")

    @pytest.mark.parametrize(
        "told",
        [
            {"model_version": "v" * 201}, {"model_version": ""}, {"model_version": None}, {"model_version": "a\x00b"},
            {"co2_kg": -1.0}, {"co2_kg": 1e300}, {"co2_kg": True}, {"ttw_kg": 99.0, "wtt_kg": 1.0}, {"tier": "A"},
        ],
    )  # fmt: skip
    async def test_what_no_estimate_can_be_is_not_stored(
        self, engine: AsyncEngine, theirs: Theirs, told: dict[str, Any]
    ) -> None:
        theirs.tell = lambda *_: {"prediction": {"co2_kg": 5.0, "model_version": "v1"} | told}
        assert sources(await scanned(engine, [LOADED], theirs.estimator)) == [UNAVAILABLE]

    async def test_events_in_thousands_get_their_own_answers(self, engine: AsyncEngine, theirs: Theirs) -> None:
        """With repeats, in any order, over many calls at once and many parts of the frame."""
        random = np.random.default_rng(3)
        distances = random.integers(1, 2000, 6000).astype(float)
        events = [(LOADED, VAN)[place % 2] | {"distance_km": km} for place, km in enumerate(distances)]
        for version in ("v1", "v2"):
            theirs.version = version
            found = await scanned(engine, events, theirs.estimator)
            assert numbers(found) == (distances * int(version[1])).tolist()
            distinct = {(event["event_type"], event["distance_km"]) for event in events}
            assert sum(theirs.counts().values()) == len(distinct)


async def test_stored_answers_are_found_by_their_index(engine: AsyncEngine, database_url: str, theirs: Theirs) -> None:
    """Beside many estimates that are nobody else's, with up-to-date statistics, for few questions and for many."""
    events = [LOADED | {"distance_km": float(km)} for km in range(1, 6001)]
    await scanned(engine, events * 4, EMBEDDED)
    found = await scanned(engine, events, theirs.estimator)
    hashes = [row["inputs_hash"] for row in found]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE predictions")
        for count in (1, 100, 6000):
            cursor = psycopg.ClientCursor(connection)
            plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN {STORED}", (1, hashes[:count])))
            assert "ix_predictions_asked" in plan, plan
            assert "Seq Scan on predictions" not in plan
