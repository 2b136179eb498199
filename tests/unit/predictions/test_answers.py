"""What no estimate can be is found, wherever in a million rows it stands; what an estimate may be is let through."""

from typing import Any

import polars as pl
import pytest

from carbon_nexus.predictions.answers import ANSWER_SCHEMA, State, flaw, in_schema, without_number

FINE = {
    "co2e_kg": 10.0, "ttw_kg": 8.0, "wtt_kg": 2.0, "low_kg": 7.0, "high_kg": 13.0,
    "confidence": 0.7, "model_version": "v1", "tier": "T2", "method": "own.1", "factor_id": None,
}  # fmt: skip


def rows(**changed: Any) -> pl.DataFrame:
    """Two good rows with a changed one between them."""
    return in_schema(pl.DataFrame([FINE, FINE | changed, FINE], schema_overrides=ANSWER_SCHEMA, strict=False))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"co2e_kg": 0.0, "ttw_kg": 0.0, "wtt_kg": 0.0, "low_kg": 0.0, "high_kg": 0.0},
        {"ttw_kg": None, "wtt_kg": None, "low_kg": None, "high_kg": None, "tier": None},  # all the original tells
        {"co2e_kg": 10.004, "ttw_kg": 8.004},  # rounded
        dict.fromkeys(FINE),
        {"tier": "T1"},
    ],
)
def test_an_estimate_is_let_through(changed: dict[str, Any]) -> None:
    assert flaw(rows(**changed)) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        *(({name: bad}, name) for name in ("co2e_kg", "ttw_kg", "high_kg") for bad in (-0.1, 1.1e10)),
        *(({name: float(bad)}, name) for name in ("co2e_kg", "wtt_kg", "low_kg") for bad in ("nan", "inf", "-inf")),
        *(({"confidence": bad}, "confidence") for bad in (-0.1, 1.1, float("nan"))),
        ({"low_kg": 11.0}, "low_kg"),
        ({"high_kg": 9.0}, "high_kg"),
        ({"ttw_kg": 10.0}, "add up"),
        *(({"model_version": bad}, "model_version") for bad in ("", "v" * 201, "v\x001")),
        ({"method": "m\x00"}, "method"),
        ({"tier": "gold"}, "tier"),
    ],
)
def test_what_no_estimate_can_be_is_named(changed: dict[str, Any], named: str) -> None:
    assert named in str(flaw(rows(**changed)))


def test_no_rows_have_no_flaw() -> None:
    assert flaw(rows().clear()) is None


def test_rows_without_a_number_say_why() -> None:
    index = pl.Series("row_index", [4, 7], pl.UInt32)
    told = without_number(index, State.NOT_ASKED, pl.Series(["load_kg is missing", "no such type"]))
    assert told.schema == pl.Schema(ANSWER_SCHEMA)
    assert told.select("row_index", "state", "reason").rows() == [
        (4, "not asked", "load_kg is missing"),
        (7, "not asked", "no such type"),
    ]
    assert without_number(index, State.FAILED, "timed out")["reason"].to_list() == ["timed out"] * 2
    assert without_number(index.clear(), State.FAILED, "timed out").height == 0
