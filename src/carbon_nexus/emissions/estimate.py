"""The estimator: a frame of activity events in, one CO2e estimate (or the reason for none) per event out.

Pure and vectorised: events find their path by one join, trips and sites are computed as arrays, and what an estimate
says about itself is written once for all events that say the same. One live event and a backfill of millions run this.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.emissions.account import NOTE_BITS, Account, Codes, Floats, Mask
from carbon_nexus.emissions.electricity import Electricity
from carbon_nexus.emissions.entity import ACTIVITY, FACTORY, UNITS, WAREHOUSE, activities, entities
from carbon_nexus.emissions.inputs import (
    AMOUNTS,
    CALIBRATION,
    LARGEST_INPUT,
    LOWEST_INPUT,
    OTHER_AMOUNTS,
    ROAD_AMOUNTS,
    SITE_AMOUNTS,
    SITE_COLUMNS,
    Words,
    amounts,
    fingerprint,
    packed,
    places,
    taken,
    typed,
    unpacked,
    word_hash,
)
from carbon_nexus.emissions.labels import PROVENANCE, Facts, label
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis, Way
from carbon_nexus.emissions.pairs import pairs_of
from carbon_nexus.emissions.pathtable import path_table
from carbon_nexus.emissions.sites import Sites
from carbon_nexus.emissions.sitetable import site_table
from carbon_nexus.emissions.trips import Trips
from carbon_nexus.entities.model import Operator

MASSES = (
    "co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg", "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg",
    "electricity_kwh", "scope2_kg", "scope2_market_kg",
)  # fmt: skip
ESTIMATE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(MASSES, pl.Float64()),
    "confidence": pl.Float64(),
    **dict.fromkeys(PROVENANCE, pl.String()),
    "scope": pl.Int16(),
    "activity": pl.Float64(),
    "activity_unit": pl.String(),
    **dict.fromkeys(("reason", "entity", "entity_type"), pl.String()),
    "inputs_hash": pl.Int64(),
    "provenance": pl.String(),
    "remote": pl.Boolean(),
}

# Rows whose arrays stay in the processor's cache, and long enough that numpy's own costs do not count.
ROWS_AT_ONCE = 16_384

Rows = npt.NDArray[np.intp]


def estimate(events: pl.DataFrame, basis: Basis = DEFAULT_BASIS) -> pl.DataFrame:
    """One estimate per event: order and height of `events`, columns of ESTIMATE_SCHEMA, masses in kg.

    `events` is an activity event frame; columns it lacks count as null. `co2e_kg` covers the full chain: `ttw_kg`
    (direct) + `wtt_kg` (upstream) where the grid's source parts them, else both are null. `low_kg` and `high_kg`
    hold the 95 % interval of a lognormal. An event without a number has nulls and a `reason`; with a number, `reason`
    says what was not known or not counted. `scope2_kg` is location-based, `scope2_market_kg` by the entity's contract.
    """
    if events.is_empty():
        return pl.DataFrame(schema=ESTIMATE_SCHEMA)
    rows = typed(events)
    return _Estimate(rows, basis).frame()


class _Estimate:
    """One call of `estimate`, step by step."""

    def __init__(self, rows: pl.DataFrame, basis: Basis) -> None:
        self.rows, self.basis = rows, basis
        self.paths, self.sites = path_table(basis.factor_set), site_table(basis.factor_set)
        pairs = pairs_of(rows, self.paths)
        self.path, self.kind = pairs.path[pairs.of], pairs.kind[pairs.of]
        self.pairs, self.operator = pairs, _operators(rows)
        self.words = np.zeros(1, np.int64)  # of the sites, packed
        self.grid = Electricity(rows, basis)
        self.words_hash = pairs.words_hash[pairs.of] + _OPERATOR_HASH[self.operator]
        self.bad = pl.select(pl.coalesce(_bad(rows), self.grid.unknown)).to_series()
        self.usable = self.bad.is_null().to_numpy()

    def frame(self) -> pl.DataFrame:
        """The estimates."""
        found = self._computed()
        labels = self._labels(found)
        parts = [found.drop("way", "notes", "words"), labels, self._identity()]
        return (
            pl.concat(parts, how="horizontal")
            .with_columns(
                self._reasons(found["co2e_kg"].is_null(), labels["notes"]),
                factor_set=pl.lit(self.basis.factor_set),
                model_version=pl.lit(self.basis.factor_set),
                remote=pl.lit(False),
            )
            .select(pl.col(name).cast(dtype) for name, dtype in ESTIMATE_SCHEMA.items())
        )

    def _computed(self) -> pl.DataFrame:
        """Every number of every estimate; the arithmetic runs over parts that fit the processor's cache."""
        kinds: dict[str, type] = {"way": np.int64, "notes": np.int64, "words": np.int64, "inputs_hash": np.uint64}
        into: dict[str, Any] = {name: np.empty(self.rows.height) for name in (*MASSES, "confidence")}
        into |= {name: np.zeros(self.rows.height, kind) for name, kind in kinds.items()}
        for chosen, compute in ((self.path >= 0, self._trips), (self.kind >= FACTORY, self._sites)):
            wanted = np.flatnonzero(chosen & self.usable)
            if wanted.size:
                compute(wanted, into)
        lost = np.flatnonzero(self.usable & (self.path < 0) & (self.kind < FACTORY))
        if lost.size:
            given = amounts(_some(self.rows, lost), ROAD_AMOUNTS)
            into["inputs_hash"][lost] = self._inputs_hash(given, np.ones(lost.size, np.bool_), lost)
        nothing = np.concatenate([lost, np.flatnonzero(~self.usable)])
        for name in (*MASSES, "confidence"):
            into[name][nothing] = np.nan
        frame = pl.DataFrame(into).with_columns(pl.col(pl.Float64).fill_nan(None))
        hashes = pl.when(self.bad.is_null()).then(pl.col("inputs_hash").reinterpret(signed=True))
        return frame.with_columns(hashes.alias("inputs_hash"))

    def _trips(self, wanted: Rows, into: dict[str, Any]) -> None:
        given = amounts(self.rows, (*ROAD_AMOUNTS, *CALIBRATION))
        for rows in _parts(wanted):
            part = {name: taken(column, rows) for name, column in given.items()}
            self._put(Trips(part, self.paths, self.path[rows]).account(), part, rows, into)

    def _sites(self, wanted: Rows, into: dict[str, Any]) -> None:
        read = (name for name in SITE_COLUMNS if name in self.rows.columns)
        sites = _some(self.rows.select(read), wanted)
        placed = places(sites, self.sites) | {"is_warehouse": (self.kind[wanted] == WAREHOUSE).astype(np.float64)}
        self.words, into["words"][wanted] = np.unique(packed(placed), return_inverse=True)
        given = amounts(sites, (*SITE_AMOUNTS, "temperature", "cooling_metered")) | placed
        for rows in _parts(np.arange(wanted.size)):
            part = {name: taken(column, rows) for name, column in given.items()}
            self._put(Sites(part, self.sites).account(), part, wanted[rows], into)

    def _put(self, account: Account, given: dict[str, Floats], rows: Rows, into: dict[str, Any]) -> None:
        """Write the numbers of some events into their rows."""
        known = account.way > 0
        all_known = known.all()
        for name, values in self._masses(account, rows).items():
            into[name][rows] = values if all_known else np.where(known, values, np.nan)
        into["way"][rows], into["notes"][rows] = account.way, np.where(known, account.notes, 0)
        # nobody knows whether what has no number here draws electricity: another model may tell
        into["inputs_hash"][rows] = self._inputs_hash(given, (account.kwh > 0) | ~known, rows)

    def _inputs_hash(self, given: dict[str, Floats], draws: Mask, rows: Rows) -> Words:
        words = self.words_hash[rows] + np.where(draws, self.grid.words_hash[rows], np.uint64(0))
        return fingerprint(given | self.grid.inputs(rows, draws), words)

    def _masses(self, account: Account, rows: Rows) -> dict[str, Floats]:
        """The masses of the estimate: fuel and electricity put together, and their interval."""
        grid, kwh = self.grid, account.kwh
        fuel, power = account.fuel_ttw + account.fuel_wtt, _electric(kwh, grid.full_chain[rows])
        direct, upstream = _electric(kwh, grid.direct[rows]), _electric(kwh, grid.upstream[rows])
        co2e, spread = fuel + power, _spread(account, fuel, power, grid.spread_2[rows])
        return {
            "co2e_kg": co2e,
            # direct generation of one source and the full chain of another are no parts of one number
            "ttw_kg": account.fuel_ttw + np.where(np.isnan(upstream), np.nan, direct),
            "wtt_kg": account.fuel_wtt + upstream,
            "low_kg": co2e / spread,
            "high_kg": co2e * spread,
            "co2_kg": account.co2,
            "ch4_kg": account.ch4,
            "n2o_kg": account.n2o,
            "biogenic_co2_kg": account.biogenic,
            "electricity_kwh": kwh,
            "scope2_kg": np.where(np.isnan(kwh), np.nan, direct),
            "scope2_market_kg": np.where(np.isnan(kwh), np.nan, _electric(kwh, grid.market[rows])),
            "confidence": np.clip(2.0 - spread, 0.0, 1.0),
        }

    def _labels(self, found: pl.DataFrame) -> pl.DataFrame:
        """What each estimate says about itself: written once per distinct combination, then handed out."""
        code = (self.path + 1).astype(np.int64)
        for values, bits in ((found["way"].to_numpy(), 4), (found["notes"].to_numpy(), NOTE_BITS)):
            code = (code << bits) | values
        code = (((code << 2) | self.operator) << 11) | self.grid.place
        codes = pl.Series("code", (code << 19) | found["words"].to_numpy())
        some = codes.filter(found["way"] > 0).unique()
        labels = [self._label(each) for each in some]
        table = pl.DataFrame(labels, schema=_LABEL_SCHEMA).with_columns(some)
        return codes.to_frame().join(table, on="code", how="left", maintain_order="left").drop("code")

    def _label(self, code: int) -> dict[str, str | int | None]:
        event_type, named = unpacked(int(self.words[code & 0x7FFFF]))
        operator, place = _OPERATORS[(code >> 30) & 3], (code >> 19) & 0x7FF
        notes, code = (code >> 32) & ((1 << NOTE_BITS) - 1), code >> (32 + NOTE_BITS)
        path = self.paths.paths[(code >> 4) - 1] if code >> 4 else None
        facts = Facts(
            event_type=path.event_type if path else event_type,
            path=path,
            way=Way(code & 15),
            notes=notes,
            region=self.grid.regions[place],
            operator=operator,
            words=named,
        )
        return label(facts, self.basis, self.sites)

    def _identity(self) -> pl.DataFrame:
        """entity, entity_type, activity and activity_unit of every event."""
        given, height = amounts(self.rows, ACTIVITY), self.rows.height
        amount, unit = np.empty(height), np.empty(height, np.uint32)
        for start in range(0, height, ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            part = {name: column[rows] for name, column in given.items()}
            amount[rows], unit[rows] = activities(part, self.kind[rows], self.usable[rows])
        done = pl.Series("activity", amount).fill_nan(None)
        units = pl.Series("activity_unit", [*UNITS, None]).gather(unit)
        return pl.DataFrame([*entities(self.rows, self.kind), done, units])

    def _reasons(self, missing: pl.Series, notes: pl.Series) -> pl.Series:
        """Why an event has no number; with one, what was not known or not counted."""
        reasons = notes.alias("reason")
        rows = missing.arg_true()
        if not rows.len():
            return reasons
        distance = self.rows[rows].get_column("distance_km", default=None)
        facts = self.pairs.reasons[self.pairs.of[rows.to_numpy()]].with_columns(
            bad=self.bad[rows], no_distance=True if distance is None else distance.is_null()
        )
        lacking = pl.when("no_distance").then("lacks_distance").otherwise("lacks_load")
        return reasons.scatter(rows, facts.select(pl.coalesce("bad", lacking, "why_not")).to_series())


def _electric(kwh: Floats, per_kwh: Floats) -> Floats:
    """kg of the kilowatt-hours drawn; 0 where none were, whatever the grid."""
    return np.where(kwh > 0, kwh * per_kwh, 0.0)


def _spread(account: Account, fuel: Floats, power: Floats, grid_spread_2: Floats) -> Floats:
    """The factor between the estimate and the ends of its interval: independent parts, in quadrature."""
    fuel_half = np.expm1(np.sqrt(account.fuel_spread_2))
    if not account.kwh.any():
        return 1.0 + fuel_half
    power_half = np.expm1(np.sqrt(account.kwh_spread_2 + grid_spread_2))
    # by shares, so that an event without electricity comes to the same bits whatever stands beside it
    share = np.divide(power, fuel + power, out=np.zeros(power.shape), where=power > 0)
    parts = ((1.0 - share, fuel_half), (share, power_half))
    return 1.0 + np.hypot(*(np.where(part > 0, part * half, 0.0) for part, half in parts))


def _parts(rows: Rows) -> Iterator[Rows]:
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, rows.size, ROWS_AT_ONCE))


_LABEL_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys((*PROVENANCE, "provenance"), pl.String()),
    "scope": pl.Int16(),
}
_OPERATORS = tuple(Operator)
# an event that names no operator is the company's own: that adds nothing to its fingerprint
_OPERATOR_HASH = np.array([0, *(word_hash("operator", each) for each in _OPERATORS[1:])], np.uint64)

_OR_ABSURD = f"not a finite number, or above {LARGEST_INPUT:.0e}"


def _bad(rows: pl.DataFrame) -> pl.Series:
    """The reason naming the first amount that is too low, infinite, not a number or absurd; else null."""
    bad = [
        pl.when(~pl.col(name).is_between(low := LOWEST_INPUT.get(name, 0.0), LARGEST_INPUT)).then(
            pl.lit(f"{name} is {f'below {low:g}' if low else 'negative'}, {_OR_ABSURD}")
        )
        for name in (*AMOUNTS, *OTHER_AMOUNTS)
        if name in rows.columns and rows[name].null_count() < rows.height
    ]
    nothing = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    return rows.select(pl.coalesce(*bad, pl.lit(nothing)).alias("bad")).to_series() if bad else nothing


def _some(rows: pl.DataFrame, wanted: Rows) -> pl.DataFrame:
    return rows if wanted.size == rows.height else rows[wanted]


def _operators(rows: pl.DataFrame) -> Codes:
    if "operator" not in rows.columns or rows["operator"].null_count() == rows.height:
        return np.zeros(rows.height, np.int64)
    known = {str(operator): number for number, operator in enumerate(_OPERATORS)}
    return rows["operator"].replace_strict(known, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
