"""What is known of an entity and what is configured reach the stored estimate: numbers by hand."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.errors import StartRefused
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.service import embedded_of, open_estimator
from carbon_nexus.settings import Settings
from tests.e2e.conftest import run
from tests.integration.predictions.scanned import FACTORY, LOADED, TRUCK, VAN, Row, scanned, tell

# UK DESNZ 2025, kg CO2e per kWh: generation .177; WTT .0459, losses .01853, their WTT .00397.
TTW, WTT = 0.177, 0.0459 + 0.01853 + 0.00397
GERMANY = 0.34206  # Ember 2024, life-cycle in one number
NO_SPLIT = "the grid's source tells neither the upstream part of electricity nor its losses"


async def one(engine: AsyncEngine, event: Row, estimator: Estimator = EMBEDDED) -> Row:
    (found,) = await scanned(engine, [event], estimator)
    return found


class TestProfiles:
    async def test_the_grid_of_an_entity(self, engine: AsyncEngine) -> None:
        await tell(engine, "factory", "Werk", grid_region="DE")
        german, british = await scanned(
            engine, [FACTORY | {"factory_id": "Werk"}, FACTORY | {"factory_id": "Works"}], EMBEDDED
        )
        assert german["predicted_co2"] == pytest.approx(1000 * GERMANY)
        assert [german[name] for name in ("ttw_kg", "wtt_kg", "scope2_kg")] == [None] * 3
        assert (german["grid_region"], german["notes"]) == ("DE", NO_SPLIT)
        assert (british["ttw_kg"], british["wtt_kg"]) == pytest.approx((1000 * TTW, 1000 * WTT))
        assert (british["grid_region"], british["notes"]) == ("GB", None)

    async def test_its_electricity_contract(self, engine: AsyncEngine) -> None:
        await tell(engine, "factory", "F", market_kg_per_kwh=0.02, market_instrument="green tariff")
        found = await one(engine, FACTORY | {"factory_id": "F"})
        assert (found["scope2_kg"], found["scope2_market_kg"]) == pytest.approx((177.0, 20.0))
        assert found["predicted_co2"] == pytest.approx(1000 * (TTW + WTT))
        assert (await one(engine, FACTORY | {"factory_id": "G"}))["scope2_market_kg"] is None

    @pytest.mark.parametrize(
        ("operator", "scope", "category"),
        [
            (None, 1, "scope 1; upstream scope 3 category 3"),
            ("own", 1, "scope 1; upstream scope 3 category 3"),
            ("purchased", 3, "scope 3 category 4"),
            ("customer", 3, "scope 3 category 9"),
        ],
    )
    async def test_who_runs_it(self, engine: AsyncEngine, operator: str | None, scope: int, category: str) -> None:
        await tell(engine, "route", "R-1", operator=operator)
        found = await one(engine, LOADED | {"route_id": "R-1"})
        assert (found["scope"], found["ghg_category"]) == (scope, category)

    async def test_a_supplier_s_profile_is_of_events_that_name_nothing_else(self, engine: AsyncEngine) -> None:
        await tell(engine, "supplier", "Haulier", operator="purchased")
        found = await scanned(engine, [TRUCK, TRUCK | {"route_id": "R-1"}, TRUCK | {"supplier_id": "Other"}], EMBEDDED)
        assert [row["scope"] for row in found] == [3, 1, 1]

    async def test_its_refrigerant(self, engine: AsyncEngine) -> None:
        await tell(
            engine, "warehouse", "Cold", refrigerant="R404A", refrigerant_charge_kg=200.0, leak_equipment="cold-storage"
        )
        metered = {"event_type": "warehouse", "warehouse_id": "Cold", "energy_kwh": 100.0, "temperature": -20.0}
        found = await one(engine, metered | {"period_hours": 720.0})
        # 200 kg x 8 % a year x 30 days x GWP100 3943
        leaks_kg = 200 * 0.08 * 30 / 365 * 3943
        assert (found["ttw_kg"], found["wtt_kg"]) == pytest.approx((100 * TTW + leaks_kg, 100 * WTT))
        assert (found["tier"], found["scope"]) == ("T2", 1)
        assert "ipcc-ar5/refrigerant/R404A" in found["factor_ids"].split()

    async def test_its_furnace_unless_the_event_says_otherwise(self, engine: AsyncEngine) -> None:
        await tell(engine, "factory", "F", furnace_fuel="natural_gas", furnace_unit="m3")
        shift = FACTORY | {"factory_id": "F", "furnace_usage": 30.0}
        by_profile, by_event = await scanned(engine, [shift, shift | {"furnace_unit": "kwh"}], EMBEDDED)
        for found, ttw, wtt in ((by_profile, 2.06672, 0.3366), (by_event, 0.18296, 0.03021)):
            assert found["ttw_kg"] == pytest.approx(1000 * TTW + 30 * ttw)
            assert found["wtt_kg"] == pytest.approx(1000 * WTT + 30 * wtt)

    async def test_its_cooling_and_its_floor(self, engine: AsyncEngine) -> None:
        await tell(engine, "factory", "F", cooling_metered=False, cooling_cop=4.0)
        await tell(engine, "warehouse", "W", building_use="distribution_center", floor_area_m2=2000.0)
        cooled = FACTORY | {"factory_id": "F", "cooling_load": 300.0}
        unmetered = {"event_type": "warehouse", "warehouse_id": "W", "period_hours": 720.0}
        first, second = await scanned(engine, [cooled, unmetered], EMBEDDED)
        assert first["electricity_kwh"] == pytest.approx(1000 + 300 / 4)
        # 54.4 kWh per m2 and year
        assert second["electricity_kwh"] == pytest.approx(2000 * 54.4 * 30 / 365)

    async def test_a_changed_one_holds_for_later_events_only(self, engine: AsyncEngine) -> None:
        event = FACTORY | {"factory_id": "Werk"}
        before = await one(engine, event)
        await tell(engine, "factory", "Werk", grid_region="DE")
        after, again = await scanned(engine, [event, event], EMBEDDED)
        assert before["predicted_co2"] == pytest.approx(1000 * (TTW + WTT))
        assert after["predicted_co2"] == again["predicted_co2"] == pytest.approx(1000 * GERMANY)
        assert after["inputs_hash"] == again["inputs_hash"] != before["inputs_hash"]
        assert await stored(engine, before["event_id"]) == before["predicted_co2"]

    async def test_another_tenant_s_says_nothing(self, engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO tenants (name) VALUES ('other')")
        await tell(engine, "factory", "F", tenant_id=2, grid_region="DE")
        assert (await one(engine, FACTORY | {"factory_id": "F"}))["grid_region"] == "GB"


async def stored(engine: AsyncEngine, event_id: int) -> float:
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql(f"SELECT predicted_co2 FROM predictions WHERE id = {event_id}")
        return float(found.scalar_one())


def by(settings: Settings, **configured: str) -> Settings:
    return settings.model_copy(update=configured)


class TestSettings:
    async def test_the_grid_of_whoever_names_none(self, engine: AsyncEngine, settings: Settings) -> None:
        await tell(engine, "factory", "Works", grid_region="GB")
        async with open_estimator(by(settings, grid_region="DE")) as estimator:
            events = [FACTORY, FACTORY | {"factory_id": "Works"}, VAN | {"vehicle_type": "van_ev", "fuel_type": None}]
            found = await scanned(engine, events, estimator)
        assert [row["grid_region"] for row in found] == ["DE", "GB", "DE"]
        assert [row["predicted_co2"] for row in found[:2]] == pytest.approx([1000 * GERMANY, 1000 * (TTW + WTT)])
        # an average electric van: .06976 kg per km of UK generation at .177 kg per kWh
        assert found[2]["predicted_co2"] == pytest.approx(40 * 0.06976 / 0.177 * GERMANY)

    async def test_by_the_hour_of_the_event(self, engine: AsyncEngine, settings: Settings) -> None:
        hours = {"2026-03-17T03:59:59+00:00": 117.712, "2026-03-17T20:00:00+02:00": 163.582}
        async with open_estimator(by(settings, grid_region="GB-hourly")) as estimator:
            events = [FACTORY | {"timestamp": datetime.fromisoformat(hour).astimezone(UTC)} for hour in hours]
            found = await scanned(engine, events, estimator)
        # grams of a spring day at 3 and at 18 h UTC, against 129.0770833 in the mean of the year
        for row, grams in zip(found, hours.values(), strict=True):
            assert row["ttw_kg"] == pytest.approx(1000 * TTW * grams / 129.0770833, rel=1e-7)
            assert row["predicted_co2"] == pytest.approx(1000 * (TTW + WTT) * grams / 129.0770833, rel=1e-7)
            assert row["grid_region"] == "GB-hourly"
        assert found[0]["inputs_hash"] != found[1]["inputs_hash"]

    async def test_the_factor_set(self, engine: AsyncEngine, settings: Settings) -> None:
        before = await one(engine, FACTORY)
        async with open_estimator(by(settings, factor_set="desnz-2026.1")) as estimator:
            after = await one(engine, FACTORY, estimator)
        assert (before["model_version"], before["factor_set"]) == ("desnz-2025.2", "desnz-2025.2")
        assert (after["model_version"], after["factor_set"]) == ("desnz-2026.1", "desnz-2026.1")
        # UK DESNZ 2026: generation .13096; WTT .03682, losses .01299, their WTT .00359
        assert after["ttw_kg"] == pytest.approx(130.96)
        assert after["wtt_kg"] == pytest.approx(36.82 + 12.99 + 3.59)
        assert before["predicted_co2"] == pytest.approx(245.4)

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"factor_set": "desnz-2025"}, "There are: desnz-2025.2, desnz-2026.1"),
            ({"factor_set": "desnz-2025.1"}, "is superseded.*There are: desnz-2025.2, desnz-2026.1"),
            ({"grid_region": "Germany"}, "Near: DE \\(Germany\\)"),
            ({"grid_region": "uk"}, "factors list electricity --set desnz-2025.2"),
        ],
    )
    def test_a_wrong_one_is_refused(self, settings: Settings, wrong: dict[str, str], told: str) -> None:
        (name,) = wrong
        with pytest.raises(StartRefused) as refused:
            embedded_of(by(settings, **wrong))
        assert re.match(f"{name.upper()}: .*{told}", f"{refused.value.detail} {refused.value.remedy}")

    @pytest.mark.parametrize(
        ("command", "wrong", "told"),
        [
            (
                ["serve", "--port", "0"],
                {"FACTOR_SET": "desnz-2024"},
                "FACTOR_SET: There is no factor set 'desnz-2024'.",
            ),
            (["scan"], {"GRID_REGION": "germany"}, "GRID_REGION: There is no grid region 'germany' in desnz-2025.2."),
        ],
    )
    def test_a_process_with_a_wrong_one_does_not_start(
        self, short_dir: Path, command: Sequence[str], wrong: dict[str, str], told: str
    ) -> None:
        done = run(short_dir / f"refused-{command[0]}", *command, **wrong)
        assert done.returncode == 2
        (line,) = done.stderr.strip().splitlines()
        assert line.startswith(f"Error: {told} Mend: ")
        assert ("desnz-2025.2, desnz-2026.1" in line) or ("Near: DE (Germany)." in line)
