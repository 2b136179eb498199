"""Stored estimates, and one of them written out: load what it was made from, work it out again, compare."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.emissions.inputs import CALIBRATION
from carbon_nexus.emissions.model import Basis, UnknownEstimate
from carbon_nexus.entities.model import FACTS, PROFILE_SCHEMA, EntityType
from carbon_nexus.entities.profile import fill
from carbon_nexus.entities.store import find as find_profile
from carbon_nexus.explanations.explain import Explanation, Source, explain, inputs_of
from carbon_nexus.explanations.worksheet import Line
from carbon_nexus.factors.library import set_names
from carbon_nexus.predictions import store
from carbon_nexus.predictions.agreement import disagreement, set_of, whose, why_no_formula
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.predict import UNIT, in_hex
from carbon_nexus.predictions.schemas import STAND_IN
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA, WORDS, spreads, standing_in, widening, with_stand_ins

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about the event of an estimate, as of now.

    `event` is the frame the estimator reads, without rows if the event is gone; `told` are the inputs in it that
    come from its entity's `profile`, `stand_ins` (STAND_IN_SCHEMA) those that stand in where it has none.
    """

    event: pl.DataFrame
    told: frozenset[str]
    stand_ins: pl.DataFrame
    profile: Row | None
    calibration: Row | None


async def page(
    connection: AsyncConnection,
    tenant_id: int,
    entity: str | None,
    event_type: str | None,
    limit: int,
    cursor: int | None,
) -> list[dict[str, Any]]:
    """Stored estimates as fields of `StoredPrediction`, newest event first, ids below `cursor`."""
    return [_shown(row) for row in await store.page(connection, tenant_id, entity, event_type, limit, cursor)]


async def one(connection: AsyncConnection, tenant_id: int, prediction_id: int) -> dict[str, Any]:
    """One of them. Raises UnknownEstimate."""
    return _shown(await _stored(connection, tenant_id, prediction_id))


async def explained(connection: AsyncConnection, tenant_id: int, prediction_id: int, usual: Basis) -> dict[str, Any]:
    """The fields of `ExplainedPrediction`; `usual` is the configured basis. Raises UnknownEstimate."""
    stored = await _stored(connection, tenant_id, prediction_id)
    known = await _known(connection, tenant_id, stored)
    why_not, elsewhere, found = why_no_formula(stored, not known.event.is_empty()), whose(stored), None
    if why_not is None:
        found = await asyncio.to_thread(explain, known.event, _basis(stored, usual))
        why_not = elsewhere or disagreement(stored, found, known.profile)
    calculation = None if elsewhere else found
    wider = await asyncio.to_thread(_widened, known, calculation, _basis(stored, usual)) if calculation else ()
    return {
        "prediction": _shown(stored),
        "method": stored["method"],
        "formula": calculation and calculation.formula,
        "tier": stored["tier"],
        "inputs": list(_inputs(known, calculation)),
        "lines": (*calculation.lines, *wider) if calculation else (),
        "factors": [asdict(factor) for factor in calculation.factors] if calculation else [],
        "stand_ins": [
            each | {"words": WORDS.format(each["field"], each["method"], each["sample_size"])}
            for each in known.stand_ins.to_dicts()
        ],
        "missing": calculation.missing if calculation else (),
        "calibration": known.calibration,
        **_hashes(stored, found),
        "agrees": why_not is None,
        "disagreement": why_not,
    }


async def _stored(connection: AsyncConnection, tenant_id: int, prediction_id: int) -> Row:
    found = await store.find(connection, tenant_id, prediction_id)
    if found is None:
        raise UnknownEstimate(f"There is no estimate {prediction_id}.", "GET /predictions lists them.")
    return found


async def _known(connection: AsyncConnection, tenant_id: int, stored: Row) -> Known:
    """The event with its entity's profile as it is now, and with the calibration that its estimate was made with."""
    event = await store.event(connection, tenant_id, stored["event_id"])
    stand_ins = pl.DataFrame(schema=STAND_IN_SCHEMA)
    if stored["filled"]:
        stand_ins = standing_in(event, await store.stand_ins(connection, tenant_id, event["event_id"]))
    kind, entity = EntityType(stored["entity_type"]), stored["entity"]
    profile = await find_profile(connection, tenant_id, kind, entity)
    calibration = None
    if stored["calibration_id"] is not None:
        calibration = await store.calibration(connection, tenant_id, stored["calibration_id"])
    profiles = pl.DataFrame([profile] if profile else [], schema=PROFILE_SCHEMA)
    filled = fill(with_entities(with_stand_ins(event, stand_ins)), profiles)
    given = (calibration["ratio"], calibration["half_width"]) if calibration else (None, None)
    ready = filled.with_columns(
        pl.lit(value, pl.Float64).alias(name) for name, value in zip(CALIBRATION, given, strict=True)
    )
    told = frozenset(name for name in FACTS if name not in event.columns or event[name].null_count())
    return Known(ready, told, stand_ins, profile, calibration)


def _basis(stored: Row, usual: Basis) -> Basis:
    """What the estimate was made with; where it keeps no grid, none entered but as the configured one."""
    name = set_of(stored)
    return Basis(name if name in set_names() else usual.factor_set, stored["grid_region"] or usual.grid_region)


def _inputs(known: Known, found: Explanation | None) -> Iterator[dict[str, Any]]:
    """What is known of the event; each that the profile told, or that stands in, says so."""
    if known.event.is_empty():
        return
    standing = set(known.stand_ins["field"])
    for each in found.inputs if found else inputs_of(known.event):
        from_profile = each.source is Source.EVENT and each.name in known.told
        source = Source.PROFILE if from_profile else each.source
        yield asdict(each) | {"source": STAND_IN if each.name in standing else source}


def _widened(known: Known, found: Explanation, basis: Basis) -> tuple[Line, ...]:
    """The lines that lead from the interval of the formula to the stored one, which holds that of the stand-ins."""
    if known.stand_ins.is_empty() or found.estimate["co2e_kg"] is None:
        return ()
    (moved,) = spreads(known.event, known.stand_ins, Estimator(basis)).to_dicts()
    return widening(found.estimate, moved)


def _hashes(stored: Row, found: Explanation | None) -> dict[str, Any]:
    then, now = stored["inputs_hash"], found.estimate["inputs_hash"] if found else None
    unchanged = None if then is None or now is None else then == now
    return {"inputs_hash": in_hex(then), "inputs_hash_now": in_hex(now), "unchanged": unchanged}


def _shown(stored: Row) -> dict[str, Any]:
    """A stored estimate as fields of `StoredPrediction`."""
    ids = (stored["factor_ids"] or "").split()
    return dict(stored) | {
        "factor_ids": [each if "@" in each else f"{each}@{stored['factor_set']}" for each in ids],
        "inputs_hash": in_hex(stored["inputs_hash"]),
        "unit": UNIT,
    }
