"""Features in, predictions out: one vectorised estimate for a whole batch, each item with its own result or refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import ValidationError

from carbon_nexus.activities.vehicles import FUELS, FUELS_OF, VEHICLE_CLASSES, resolve
from carbon_nexus.emissions.inputs import CALIBRATION, INPUTS
from carbon_nexus.kit.plain import plain
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.features import FEATURES, Features

UNIT = "kg CO2e"

# What the estimator reads of stored events alone: whose they are, when, and what was learnt of them.
NOT_FEATURES = ("supplier_id", "route_id", "warehouse_id", "factory_id", "event_time", *CALIBRATION)

FEATURE_SCHEMA: dict[str, pl.DataType] = {name: dtype for name, dtype in INPUTS.items() if name not in NOT_FEATURES}
"""What a request may tell the estimator, under the names of the event frame."""

Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an item gets no prediction: problems as {"type", "loc", "msg", "input"}, at least one."""

    problems: list[Problem]

    @property
    def message(self) -> str:
        """All problems in words, each naming its field."""
        return "; ".join(_worded(problem) for problem in self.problems)

    def within(self, *place: str) -> "Refused":
        """The same problems, with `place` before the location of each."""
        return Refused([{**problem, "loc": [*place, *problem["loc"]]} for problem in self.problems])


def read_features(event_type: str, given: Any) -> Features | Refused:
    """The checked features of one event of a known type, or every field that is wrong with them."""
    try:
        return FEATURES[event_type].model_validate(given)
    except ValidationError as error:
        return refused(error)


def refused(error: ValidationError) -> Refused:
    """A model's validation error as a refusal; values of the caller's are repeated in a form any JSON can carry."""
    found = error.errors(include_url=False, include_context=False)
    return Refused(
        [{**each, "loc": [plain(at) for at in each["loc"]], "input": plain(each["input"])} for each in found]
    )


def predict(items: Sequence[Features | Refused], estimator: Estimator = EMBEDDED) -> list[dict[str, Any] | Refused]:
    """A prediction (fields of `Prediction`, masses in kg CO2e, unrounded) or a refusal for each item, in order.

    Refusals pass through. Features whose vehicle or fuel is unknown, or which contradict each other, are refused.
    """
    checked = [item for item in items if isinstance(item, Features)]
    events = event_frame(checked)
    predictions = iter(zip(_misfits(events), answers(estimator.estimate(events)), strict=True))
    results: list[dict[str, Any] | Refused] = []
    for item in items:
        refused, prediction = (item, {}) if isinstance(item, Refused) else next(predictions)
        results.append(refused or prediction)
    return results


def event_frame(items: Sequence[Features]) -> pl.DataFrame:
    """Features as rows of the event frame, with the columns of FEATURE_SCHEMA; units as in the request models."""
    rows = [item.event_row() for item in items]
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in FEATURE_SCHEMA}, schema=FEATURE_SCHEMA)


def answers(estimates: pl.DataFrame) -> list[dict[str, Any]]:
    """Estimates as fields of `Prediction`."""
    ids = pl.col("factor_ids").fill_null("").str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    shown = estimates.select(
        pl.col("co2e_kg").alias("co2_kg"),
        pl.col("model_version"),
        *("confidence", "ttw_kg", "wtt_kg", "low_kg", "high_kg"),
        *(pl.col(f"{gas}_kg").alias(f"gas_{gas}_kg") for gas in ("co2", "ch4", "n2o")),
        *("biogenic_co2_kg", "electricity_kwh", "scope2_kg", "scope2_market_kg", "scope", "ghg_category", "tier"),
        *("method", "factor_id", ids, "factor_set", "grid_region", "source", "inputs_hash"),
        pl.lit(UNIT).alias("unit"),
        "reason",
    ).to_dicts()
    for each in shown:
        set_name = each.pop("factor_set")
        each["factor_ids"] = [f"{factor_id}@{set_name}" for factor_id in each["factor_ids"]]
        each["inputs_hash"] = in_hex(each["inputs_hash"])
    return shown


def in_hex(inputs_hash: int | None) -> str | None:
    """The 64 bits of an inputs hash, which the database holds as a signed number, as 16 hex digits."""
    return None if inputs_hash is None else f"{inputs_hash & 0xFFFFFFFFFFFFFFFF:016x}"


def _misfits(events: pl.DataFrame) -> list[Refused | None]:
    """For each event what is wrong with its vehicle and fuel; None where they fit, and for sites."""
    keys = ["event_type", "vehicle_type", "fuel_type"]
    pairs = resolve(events.select(keys).unique())
    found = {(row["event_type"], row["vehicle_type"], row["fuel_type"]): _misfit(row) for row in pairs.to_dicts()}
    return [found[key] for key in events.select(keys).iter_rows()]


def _misfit(pair: Mapping[str, Any]) -> Refused | None:
    given, fuel_given, vehicle, fuel = (pair[name] for name in ("vehicle_type", "fuel_type", "vehicle_class", "fuel"))
    if given is None:
        return None
    if vehicle is None:
        return _refuse("vehicle_type", given, f"is not known; accepted classes: {', '.join(VEHICLE_CLASSES)}")
    if fuel is None and fuel_given is not None:
        return _refuse("fuel_type", fuel_given, f"is not known; accepted: {', '.join(FUELS)}")
    if pair["conflict"] is not None:
        return Refused([_problem("fuel_type", fuel_given, pair["conflict"])])
    if fuel is not None and fuel not in FUELS_OF[vehicle]:
        rule = f"does not go with vehicle_type {given[:40]!r} ({vehicle}); it takes {', '.join(FUELS_OF[vehicle])}"
        return _refuse("fuel_type", fuel_given or fuel, rule)
    return None


def _refuse(field: str, value: str, rule: str) -> Refused:
    return Refused([_problem(field, value, f"{field} {value[:40]!r} {rule}")])


def _problem(field: str, value: Any, message: str) -> Problem:
    return {"type": "value_error", "loc": [field], "msg": message, "input": plain(value)}


def _worded(problem: Problem) -> str:
    field, message = ".".join(map(str, problem["loc"])), str(problem["msg"])
    named = field in message or field.replace("_", " ") in message
    return message if named else f"{field}: {message}"
