from dataclasses import replace

import pytest

from carbon_nexus.measures.library import measure, measures
from carbon_nexus.measures.model import Change, Saving
from carbon_nexus.recommendations.model import Cause
from carbon_nexus.recommendations.rank import ADDRESSES, acts_on, rank


def saving(measure_id: str, typical_kg: float) -> Saving:
    return Saving(measure_id, typical_kg / 2, typical_kg, typical_kg * 2, 3, 1000.0)


def ranked(cause: Cause, **savings: float) -> list[str]:
    found = rank([(measure(name), saving(name, kg)) for name, kg in savings.items()], cause, 3)
    return [each.measure.id for each in found]


def test_sure_and_easy_comes_before_large() -> None:
    # 100 x 0.8 x 0.5 = 40 of M11 (evidence A, medium); 110 x 0.3 x 0.8 = 26 of M15 (C, high)
    assert ranked(Cause.UNKNOWN, M15=110.0, M11=100.0) == ["M11", "M15"]


def test_the_cause_comes_first_and_nothing_that_saves_nothing_comes() -> None:
    assert ranked(Cause.CONSUMPTION, M11=100.0, M07=5.0, M01=-1.0, M09=0.0) == ["M07", "M11"]


def test_equal_ones_go_by_their_id_and_the_limit_holds() -> None:
    assert ranked(Cause.UNKNOWN, M09=10.0, M07=10.0, M01=10.0, M13=16.0) == ["M13", "M01", "M07"]


def test_the_reason_holds_its_own_arithmetic() -> None:
    (first,) = rank([(measure("M03"), saving("M03", 100.0))], Cause.LOAD, 5)
    assert (first.rank, first.addresses_cause) == (1, True)
    assert first.expected_kg == pytest.approx(40.0)
    assert first.why == (
        "acts on the cause (load); 40 kg expected: 100 kg simulated x 0.8 (evidence A) x 5/10 (feasibility medium)"
    )


def test_every_cause_is_acted_on_by_measures_that_exist() -> None:
    known = {each.id for each in measures()}
    assert set(ADDRESSES) == set(Cause) - {Cause.UNKNOWN}
    assert all(ids and ids <= known for ids in ADDRESSES.values())


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (Change("distance_km"), Cause.DENSITY),
        (Change("idle_hours"), Cause.STOPS),
        (Change("gas_kwh"), Cause.FUEL_USE),
        (Change(vehicle_type="van_class_1"), Cause.VEHICLE),
        (Change(fuel_type="electric"), Cause.FUEL),
    ],
)
def test_a_measure_of_people_s_own_acts_by_what_it_changes(change: Change, cause: Cause) -> None:
    own = replace(measure("M15"), id="own-1", version=1, change=change)
    assert acts_on(own, cause)
    assert not acts_on(own, Cause.VOLUME)
