"""What an estimator that is not built in (a remote one, a plug-in) says about events: checked before it is believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import polars as pl

MASSES = ("co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg")
TEXTS = ("model_version", "tier", "method", "factor_id")

ANSWER_SCHEMA: dict[str, pl.DataType] = {
    "row_index": pl.UInt32(),
    "state": pl.String(),
    **dict.fromkeys((*MASSES, "confidence"), pl.Float64()),
    **dict.fromkeys((*TEXTS, "reason"), pl.String()),
}
"""One row per event. `row_index` is its row in the event frame, masses are kg CO2e, `reason` says why there is no
number, or what the number does not count."""

LONGEST_TEXT = 200
# ten million tonnes: more than all bounds of one event's activity data allow, and a third of the largest power
# plant's year; keeps sums finite
LARGEST_KG = 1e10
# engines round: the original to 0.01 kg
ROUNDING_KG, ROUNDING = 0.02, 1e-3


class State(StrEnum):
    """What became of one event."""

    ANSWERED = "answered"
    REFUSED = "refused"  # asked, and told why there is no number
    NOT_ASKED = "not asked"  # its activity data do not fit what the estimator takes
    FAILED = "failed"  # asked, or about to be, and the estimator failed


@dataclass(frozen=True)
class RemoteAnswer:
    """One row per event in the order of the event frame, columns of ANSWER_SCHEMA; a reason if any of them FAILED."""

    rows: pl.DataFrame
    reason: str | None


class EstimatorClient(Protocol):
    """Who estimates events outside this process."""

    async def predict(self, events: pl.DataFrame) -> RemoteAnswer:
        """Ask for every event; does not raise for outages."""


def without_number(row_index: pl.Series, state: State, reason: str | pl.Series) -> pl.DataFrame:
    """Rows of ANSWER_SCHEMA for events that got no number; `reason` is one for all or one for each."""
    rows = pl.DataFrame({"row_index": row_index}).with_columns(
        pl.lit(str(state)).alias("state"), pl.lit(reason, pl.String).alias("reason")
    )
    return in_schema(rows)


def in_schema(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with exactly the columns of ANSWER_SCHEMA; those it lacks are null."""
    absent = [pl.lit(None).alias(name) for name in ANSWER_SCHEMA if name not in rows.columns]
    return rows.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in ANSWER_SCHEMA.items())


def flaw(answers: pl.DataFrame) -> str | None:
    """What no estimate can be, among the numbers and words of ANSWER_SCHEMA; None: nothing. Nulls are no flaw."""
    rules = list(_rules())
    broken = answers.select(rule.any().alias(words) for words, rule in rules).row(0)
    return next((words for (words, _), found in zip(rules, broken, strict=True) if found), None)


def _rules() -> Iterator[tuple[str, pl.Expr]]:
    for name in MASSES:
        # not a number counts as larger than any bound
        yield (
            f"{name} is negative, not a finite number, or above {LARGEST_KG:.0e}",
            ~pl.col(name).is_between(0, LARGEST_KG),
        )
    yield "confidence is not between 0 and 1", ~pl.col("confidence").is_between(0, 1)
    co2e_kg = pl.col("co2e_kg")
    room_kg = co2e_kg * ROUNDING + ROUNDING_KG
    yield "low_kg is above co2e_kg", pl.col("low_kg") > co2e_kg + room_kg
    yield "high_kg is below co2e_kg", pl.col("high_kg") < co2e_kg - room_kg
    parts_kg = pl.col("ttw_kg") + pl.col("wtt_kg")
    yield "ttw_kg and wtt_kg do not add up to co2e_kg", (parts_kg - co2e_kg).abs() > room_kg
    for name in TEXTS:
        text = pl.col(name)
        # PostgreSQL has no room for NUL
        bad = (text == "") | (text.str.len_chars() > LONGEST_TEXT) | text.str.contains("\x00", literal=True)
        yield f"{name} is empty, longer than {LONGEST_TEXT} characters, or holds a NUL", bad
    yield "tier is not T1, T2 or T3", ~pl.col("tier").is_in(["T1", "T2", "T3"])
