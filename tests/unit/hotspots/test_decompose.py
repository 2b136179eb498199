"""Parts of a difference: they add up, and each finds the cause that was put in."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.hotspots.decompose import decompose

Group = tuple[str, float, float]  # group, activity, kg per unit


def events(*groups: Group) -> pl.DataFrame:
    rows = [(name, activity, activity * intensity) for name, activity, intensity in groups]
    return pl.DataFrame(rows, schema={"group": pl.String, "activity": pl.Float64, "co2e_kg": pl.Float64}, orient="row")


USUAL = events(("van", 100, 2.0), ("truck", 100, 1.0))


@pytest.mark.parametrize(
    ("actual", "cause"),
    [
        (events(("van", 200, 2.0), ("truck", 200, 1.0)), "volume_kg"),
        (events(("van", 200, 2.0)), "mix_kg"),
        (events(("van", 100, 3.0), ("truck", 100, 1.5)), "intensity_kg"),
    ],
)
def test_a_single_cause_is_the_whole_difference(actual: pl.DataFrame, cause: str) -> None:
    parts = decompose(actual, USUAL, 1.0)
    assert parts._asdict()[cause] == pytest.approx(float(actual["co2e_kg"].sum()) - 300, rel=1e-9)
    assert [abs(kg) for name, kg in parts._asdict().items() if name != cause] == pytest.approx([0, 0], abs=1e-6)


def test_two_causes_get_their_shares() -> None:
    """Twice the activity at 1.5 times the intensity: 200 kg to 600; shares as ln 2 to ln 1.5."""
    parts = decompose(events(("van", 200, 3.0)), events(("van", 100, 2.0)), 1.0)
    assert parts.volume_kg == pytest.approx(400 * 0.6309, rel=1e-3)
    assert parts.intensity_kg == pytest.approx(400 * 0.3691, rel=1e-3)


GROUPS = st.lists(
    st.tuples(st.sampled_from(["van", "truck", "car"]), st.floats(0.01, 1e6), st.floats(1e-6, 1e3)), max_size=8
)


@given(GROUPS, GROUPS, st.floats(1e-3, 1e3))
def test_the_parts_add_up_whatever_the_groups(actual: list[Group], usual: list[Group], scale: float) -> None:
    now, before = events(*actual), events(*usual)
    whole = float(now["co2e_kg"].sum()) - float(before["co2e_kg"].sum()) * scale
    assert decompose(now, before, scale).total_kg == pytest.approx(whole, rel=1e-6, abs=1e-6)
