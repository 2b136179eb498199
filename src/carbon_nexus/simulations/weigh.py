"""The population estimated with every set of changes that meet on an event, and what that comes to. Pure.

An event that one change acts on is estimated once more, one that k act on 2^k - 1 times, all others never. Events go
through in parts, so that memory does not grow with their number.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.errors import InvalidInput
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.simulations.compose import composed
from carbon_nexus.simulations.population import BEFORE, Books
from carbon_nexus.simulations.population_model import AMOUNTS, DETAILS, MOST_ESTIMATES, SCOPES, Acted, Rows
from carbon_nexus.simulations.shapley import subsets
from carbon_nexus.simulations.where import problem

AT_ONCE = 200_000
_LEFT_OUT = {"number": pl.Int64(), "reason": pl.String(), "events": pl.Int64()}


@dataclass
class Weighed:
    """What the changes come to on the events they act on.

    `sums`: by the set of changes (bits) that act on the same events, and its subsets, the change in kg. `events` by
    change; `entities`, `factors` and `amounts` are small frames to be added up (see `_tell`). `left_out` has number
    (null: of several changes), reason and events.
    """

    sums: dict[int, dict[int, float]] = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    entities: list[pl.DataFrame] = field(default_factory=list)
    factors: list[pl.DataFrame] = field(default_factory=list)
    amounts: list[pl.DataFrame] = field(default_factory=list)
    left_out: list[pl.DataFrame] = field(default_factory=list)


def weigh(frame: pl.DataFrame, acted: Sequence[Acted], books: Books, estimator: Estimator) -> Weighed:
    """All of it; `frame` and `books` are those the changes were found with."""
    found = Weighed(left_out=[each.left_out.select(_numbered(each.number)) for each in acted])
    acting = np.zeros(frame.height, np.int64)
    for place, each in enumerate(acted):
        acting[each.rows] |= 1 << place
    _refuse_too_many(acting)
    touched = np.flatnonzero(acting)
    for start in range(0, touched.size, AT_ONCE):
        rows = touched[start : start + AT_ONCE]
        _Chunk(frame[rows], rows, acting[rows], acted, books, estimator).into(found)
    return found


def _refuse_too_many(acting: Rows) -> None:
    needed = int(((1 << np.bitwise_count(acting).astype(np.int64)) - 1).sum())
    if needed > MOST_ESTIMATES:
        rule = f"meet on the same events so often that {needed:,} estimates are needed; {MOST_ESTIMATES:,} are the most"
        raise InvalidInput([problem(["changes"], None, rule, "Narrow the period, or ask about fewer changes at once.")])


class _Chunk:
    """Some of the events, those the changes act on. `acting` is the set of changes of each, as bits."""

    def __init__(
        self, frame: pl.DataFrame, rows: Rows, acting: Rows, acted: Sequence[Acted], books: Books, estimator: Estimator
    ) -> None:
        self.frame, self.rows, self.acting, self.acted = frame, rows, acting, acted
        self.books, self.estimator = books, estimator
        self.inputs = [name for name in INPUTS if name in frame.columns]
        self.left_out: list[pl.DataFrame] = []

    def into(self, found: Weighed) -> None:
        """Add what these events come to."""
        alone = {place: self._alone(place) for place in range(len(self.acted))}
        for together in np.unique(self.acting[self.acting > 0]).tolist():
            at = np.flatnonzero(self.acting == together)
            details = {subset: self._subset(subset, at, alone) for subset in subsets(together)}
            known = np.all([each["co2e_kg"].is_not_null().to_numpy() for each in details.values()], axis=0)
            if not known.all():
                self._leave_out_together(together, at[~known])
            at, details = at[known], {subset: each.filter(known) for subset, each in details.items()}
            _tell(self.frame[at], details[together], found)
            before = self.frame["before_co2e_kg"].to_numpy()[at]
            sums = found.sums.setdefault(together, {})
            for subset, each in details.items():
                sums[subset] = sums.get(subset, 0.0) + float((each["co2e_kg"].to_numpy() - before).sum())
            for place in range(len(self.acted)):
                found.events[place] += at.size if together >> place & 1 else 0
        found.left_out += self.left_out

    def _alone(self, place: int) -> tuple[Rows, pl.DataFrame]:
        """Where one change acts and its events with it alone; of those without an estimate then it is taken back."""
        at = np.flatnonzero(self.acting >> place & 1)
        details, reasons = self._estimated(1 << place, at)
        failed = details["co2e_kg"].is_null()
        if failed.any():
            self.acting[at[failed.to_numpy()]] &= ~(1 << place)
            told = (
                pl.DataFrame({"reason": reasons.filter(failed)}).group_by("reason").agg(events=pl.len().cast(pl.Int64))
            )
            self.left_out.append(told.select(_numbered(self.acted[place].number)))
        return at, details

    def _subset(self, subset: int, at: Rows, alone: dict[int, tuple[Rows, pl.DataFrame]]) -> pl.DataFrame:
        if subset.bit_count() == 1:
            rows, details = alone[subset.bit_length() - 1]
            return details[np.searchsorted(rows, at)]
        return self._estimated(subset, at)[0]

    def _estimated(self, subset: int, at: Rows) -> tuple[pl.DataFrame, pl.Series]:
        """DETAILS of these events with these changes, and the reasons of the estimates."""
        made = [
            (each, np.searchsorted(each.rows, self.rows[at]))
            for place, each in enumerate(self.acted)
            if subset >> place & 1
        ]
        events = composed(self.frame[at].select(*self.inputs, "vehicle_class", "fuel"), made)
        put = [each for each, _ in made if "fuel_type" in each.effects]
        if put:  # changes name fuels by their plain names
            events = events.with_columns(fuel=pl.coalesce("fuel_type", "fuel"))
        estimates = self.estimator.estimate(events.drop("vehicle_class", "fuel"))
        return self.books.details(estimates, events), estimates["reason"]

    def _leave_out_together(self, together: int, at: Rows) -> None:
        numbers = [str(each.number) for place, each in enumerate(self.acted) if together >> place & 1]
        reason = f"changes {' and '.join(numbers)} cannot be made together to the same event"
        self.left_out.append(pl.DataFrame([(None, reason, at.size)], _LEFT_OUT, orient="row"))
        self.acting[at] = 0


def _tell(frame: pl.DataFrame, after: pl.DataFrame, found: Weighed) -> None:
    """Add to the sums by entity, by factor (how far an error of it moves the difference), and of every amount."""
    before = frame.select("entity", "entity_type", "stand_in", *(f"{BEFORE}{name}" for name in DETAILS))
    both = pl.concat([before, after], how="horizontal")
    before_kg, after_kg = pl.col(f"{BEFORE}co2e_kg"), pl.col("co2e_kg")
    sums = (
        pl.len().cast(pl.Int64).alias("events"),
        before_kg.sum().alias("before_kg"),
        after_kg.sum().alias("after_kg"),
    )
    found.entities.append(both.group_by(pl.col("entity", "entity_type").cast(pl.String)).agg(sums))
    sides = ((f"{BEFORE}factor", -pl.col(f"{BEFORE}half_kg")), ("factor", pl.col("half_kg")))
    found.factors += [
        both.select(pl.col(name).alias("factor"), kg=half).group_by("factor").agg(pl.sum("kg")) for name, half in sides
    ]
    stand_ins = (pl.col("stand_in") * (after_kg - before_kg).abs()).sum().alias("stand_in_kg")
    found.amounts.append(both.select(*_sides(), stand_ins, pl.len().cast(pl.Int64).alias("changed")))


def _sides() -> Iterator[pl.Expr]:
    for name in SCOPES:
        yield pl.col(f"{BEFORE}{name}").sum()
        yield pl.col(name).sum().alias(f"after_{name}")
    for name in AMOUNTS:
        before, after = pl.col(f"{BEFORE}{name}"), pl.col(name)
        both = before.is_not_null() & after.is_not_null()
        yield before.sum().alias(f"all_{BEFORE}{name}")
        yield before.null_count().cast(pl.Int64).alias(f"unknown_{BEFORE}{name}")
        yield before.filter(both).sum()
        yield after.filter(both).sum().alias(f"after_{name}")
        yield (~both).sum().cast(pl.Int64).alias(f"unknown_{name}")


def _numbered(number: int) -> list[pl.Expr]:
    return [pl.lit(number, pl.Int64).alias("number"), pl.col("reason"), pl.col("events")]
