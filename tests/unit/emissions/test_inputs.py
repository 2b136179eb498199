"""The fingerprint of an event's inputs: what it must tell apart, what it must not, and that it never changes."""

import struct
from hashlib import blake2b

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.inputs import (
    AMOUNTS,
    INPUTS,
    PLACED,
    ROAD_AMOUNTS,
    SITE_AMOUNTS,
    fingerprint,
    packed,
    typed,
    unpacked,
    word_hash,
)
from carbon_nexus.emissions.model import Basis
from tests.unit.emissions.asking import Row, at, one

MASK = (1 << 64) - 1

LEG: Row = {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 120.0}
DRAWN: Row = {"event_type": "logistics", "vehicle_type": "van", "fuel_type": "electric", "distance_km": 120.0}
SITE: Row = {"event_type": "warehouse", "energy_kwh": 830.0, "temperature": -20.0}


def bits(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def mixed(bits: int) -> int:
    """SplitMix64's finaliser."""
    once = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & MASK
    twice = (once ^ once >> 27) * 0x94D049BB133111EB & MASK
    return twice ^ twice >> 31


def of_number(column: str, value: float) -> int:
    return mixed(struct.unpack("<Q", struct.pack("<d", value))[0] ^ bits(column))


def of_word(column: str, word: str) -> int:
    return bits(f"{column}={word}")


def inputs_hash(event: Row, basis: Basis = Basis()) -> int:  # noqa: B008 (frozen)
    found = one(basis, **event)["inputs_hash"]
    assert isinstance(found, int)
    return found


class TestDefinition:
    def test_it_is_the_sum_over_what_is_known(self) -> None:
        leg, drawn = (
            sum(of_word(name, str(word)) for name, word in list(each.items())[:3]) + of_number("distance_km", 120.0)
            for each in (LEG, DRAWN)
        )
        grid = of_number("grid_full_chain", 0.2454) + of_word("grid_region", "GB")
        assert inputs_hash(LEG) & MASK == leg & MASK
        assert inputs_hash(DRAWN) & MASK == (drawn + grid) & MASK

    @pytest.mark.parametrize(
        ("event", "pinned"),
        [
            (LEG, -749012762528409883),
            (LEG | {"load_kg": 450.0, "speed": 50.0, "operator": "purchased"}, -4685553422257345318),
            (DRAWN, -8344382641658123336),
            (SITE, 6918494443239368510),
        ],
    )
    def test_it_is_the_same_here_and_on_any_machine(self, event: Row, pinned: int) -> None:
        assert inputs_hash(event) == pinned

    def test_word_hash(self) -> None:
        assert word_hash("fuel_type", "diesel") == of_word("fuel_type", "diesel")


class TestEqualInputs:
    @pytest.mark.parametrize("event", [LEG, SITE])
    def test_absent_is_null(self, event: Row) -> None:
        nothing = {name: None for name in INPUTS if name not in event}
        frame = pl.DataFrame([event | nothing], schema_overrides=INPUTS)
        assert estimate(frame)["inputs_hash"][0] == inputs_hash(event)

    def test_one_zero(self) -> None:
        assert inputs_hash(LEG | {"load_kg": -0.0}) == inputs_hash(LEG | {"load_kg": 0.0}) != inputs_hash(LEG)

    def test_whatever_stands_beside_it(self) -> None:
        events = pl.DataFrame([SITE, LEG, LEG | {"load_kg": 7.0}, LEG], infer_schema_length=None)
        found = estimate(events)["inputs_hash"].to_list()
        assert found == [inputs_hash(SITE), inputs_hash(LEG), inputs_hash(LEG | {"load_kg": 7.0}), inputs_hash(LEG)]

    def test_the_company_s_own_is_what_no_operator_means(self) -> None:
        assert inputs_hash(LEG | {"operator": "own"}) == inputs_hash(LEG)

    def test_the_configured_grid_and_the_event_s_own_are_one(self) -> None:
        assert inputs_hash(SITE, Basis(grid_region="DE")) == inputs_hash(SITE | {"grid_region": "DE"})

    def test_the_grid_of_what_draws_nothing_does_not_count(self) -> None:
        assert inputs_hash(LEG | {"grid_region": "DE", "market_kg_per_kwh": 0.1}) == inputs_hash(LEG)
        assert inputs_hash(LEG, Basis(grid_region="FR")) == inputs_hash(LEG)

    @pytest.mark.parametrize("grid", [{"grid_region": "DE"}, {"market_kg_per_kwh": 0.1}])
    def test_a_grid_that_gives_nothing_does_not_count(self, grid: Row) -> None:
        assert inputs_hash(LEG | grid) == inputs_hash(LEG)

    def test_who_and_when_do_not_count(self) -> None:
        others = {"supplier_id": "s", "route_id": "r", "event_time": at(3)}
        assert inputs_hash(LEG | others) == inputs_hash(LEG)


CHANGES: list[tuple[Row, Row]] = [
    *((LEG, {name: 3.0}) for name in ROAD_AMOUNTS),
    *((SITE, {name: 3.0}) for name in (*SITE_AMOUNTS, "temperature")),
    *((each, {name: word}) for each in (LEG, SITE) for name, word in {
        "operator": "customer", "fuel_type": "petrol", "event_type": "delivery",
    }.items()),
    *((each, {name: word}) for each in (DRAWN, SITE) for name, word in {
        "grid_region": "DE", "market_kg_per_kwh": 0.1,
    }.items()),
    (LEG, {"vehicle_type": "van"}),
    (LEG, {"calibration_ratio": 1.1}),
    (LEG, {"calibration_spread": 0.1}),
    (SITE, {"event_type": "factory"}),
    (SITE, {"cooling_metered": True}),
    (SITE, {"cooling_metered": False}),
    (SITE, {"furnace_fuel": "coal"}),
    (SITE, {"furnace_unit": "kg"}),
    (SITE, {"refrigerant": "R404A"}),
    (SITE, {"leak_equipment": "chillers"}),
    (SITE, {"building_use": "distribution_center"}),
]  # fmt: skip


class TestChangedInputs:
    @pytest.mark.parametrize(("event", "change"), CHANGES)
    def test_any_change_shows(self, event: Row, change: Row) -> None:
        assert inputs_hash(event | change) != inputs_hash(event)

    def test_no_two_changes_are_one(self) -> None:
        for event in (LEG, SITE, DRAWN):
            found = [inputs_hash(event | change) for each, change in CHANGES if each is event]
            assert len(set(found)) == len(found)

    def test_regions_of_one_rate_differ(self) -> None:
        # the life-cycle of the United States for all of its subregions, with generation of their own
        found = {inputs_hash(SITE | {"grid_region": name}) for name in ("US", "US-RFCW", "US-CAMX")}
        assert len(found) == 3

    def test_hours_differ_by_the_hour_alone(self) -> None:
        by_hour = SITE | {"grid_region": "GB-hourly"}
        assert inputs_hash(by_hour | {"event_time": at(3)}) != inputs_hash(by_hour | {"event_time": at(18)})
        assert inputs_hash(SITE | {"event_time": at(3)}) == inputs_hash(SITE | {"event_time": at(18)})

    def test_events_without_a_path_differ_too(self) -> None:
        lost: list[Row] = [
            {"event_type": "logistics", "vehicle_type": name, "distance_km": km}
            for name in ("spaceship", "tuk-tuk", None)
            for km in (1.0, 2.0, None)
        ]
        lost += [{"event_type": "flight", "distance_km": 1.0}, {"event_type": "logistics", "vehicle_type": "van"}]
        assert len({inputs_hash(each) for each in lost}) == len(lost)
        for each in (*lost, {"event_type": "warehouse"}):
            assert inputs_hash(each | {"grid_region": "DE"}) != inputs_hash(each)

    def test_what_is_no_input_at_all_has_none(self) -> None:
        assert one(**(LEG | {"distance_km": -1.0}))["inputs_hash"] is None
        assert one(**(LEG | {"load_kg": float("nan")}))["inputs_hash"] is None
        assert one(**(SITE | {"grid_region": "Narnia"}))["inputs_hash"] is None

    def test_two_hundred_thousand_neighbours_do_not_meet(self) -> None:
        km, load = (each.ravel() for each in np.meshgrid(np.arange(1.0, 501.0), np.arange(0.0, 20_000.0, 50.0)))
        found = fingerprint({"distance_km": km, "load_kg": load}, np.zeros(km.size, np.uint64))
        assert np.unique(found).size == 200_000
        swapped = fingerprint({"distance_km": load, "load_kg": km}, np.zeros(km.size, np.uint64))
        assert np.intersect1d(found, swapped).size == np.sum((load >= 1) & (load <= 500) & (km % 50 == 0))


@given(st.fixed_dictionaries(dict.fromkeys(PLACED, st.integers(-1, 40))), st.booleans())
def test_words_of_a_site_come_back_from_their_number(places: dict[str, int], is_warehouse: bool) -> None:
    given = {name: np.array([float(place)]) for name, place in places.items()}
    (number,) = packed(given | {"is_warehouse": np.array([float(is_warehouse)])})
    assert unpacked(int(number)) == ("warehouse" if is_warehouse else "factory", places)


class TestTyped:
    def test_each_column_in_its_type_and_no_others(self) -> None:
        given = pl.DataFrame({"event_type": ["logistics"], "distance_km": [3], "colour": ["green"]})
        found = typed(given.with_columns(pl.col("event_type").cast(pl.Categorical)))
        assert found.schema == {"event_type": pl.String, "distance_km": pl.Float64}

    def test_without_any_column_the_height_stays(self) -> None:
        assert typed(pl.DataFrame({"colour": ["green"] * 3})).height == 3

    def test_amounts_say_what_they_are_of(self) -> None:
        assert all(INPUTS[name] == pl.Float64 for name in AMOUNTS)
