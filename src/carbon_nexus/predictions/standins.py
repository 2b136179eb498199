"""Stand-in values: laid over events that lack a field, and what their uncertainty does to the estimates. Pure.

The event is left as it came; only the frame that the estimator reads holds the stand-in.
"""

from collections.abc import Mapping
from math import e, exp, hypot, isfinite, log
from typing import Any

import polars as pl

from carbon_nexus.emissions.model import Tier
from carbon_nexus.explanations.worksheet import Line
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.overlay import labelled_anew

FILLABLE = ("distance_km", "load_kg", "speed", "energy_kwh")
"""Fields of an event that a stand-in may be stored for."""

METER = "energy_kwh"

STAND_IN_SCHEMA = {
    "event_id": pl.Int64(),
    "field": pl.String(),
    **dict.fromkeys(("value", "low", "high"), pl.Float64()),
    "method": pl.String(),
    "sample_size": pl.Int64(),
}
"""One stand-in: its value with a 95 % interval in the field's unit, how it was made, of how many own values."""

ENDS = ("value", "low", "high")


WORDS = "{} is estimated: {} of {} own values"
"""What an estimate says about a stand-in that it was made with: its field, method and sample_size."""


def standing_in(events: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Those of the stored stand-ins (STAND_IN_SCHEMA) whose event, by `event_id`, has no value of its own."""
    if stored.is_empty():
        return stored
    lacking = [
        events.filter(pl.col(field).is_null()).select("event_id", field=pl.lit(field))
        for field in FILLABLE
        if field in events.columns
    ]
    return stored.join(pl.concat(lacking), on=["event_id", "field"], how="semi", maintain_order="left")


def with_stand_ins(events: pl.DataFrame, stand_ins: pl.DataFrame) -> pl.DataFrame:
    """The events, in their order, with the stand-ins in the place of what they lack."""
    for field in stand_ins["field"].unique().sort():
        theirs = stand_ins.filter(pl.col("field") == field).select("event_id", _stand_in="value")
        joined = events.join(theirs, on="event_id", how="left", maintain_order="left")
        events = joined.with_columns(pl.coalesce(field, "_stand_in").alias(field)).drop("_stand_in")
    return events


def marked(estimates: pl.DataFrame, ready: pl.DataFrame, stand_ins: pl.DataFrame, estimator: Estimator) -> pl.DataFrame:
    """The estimates with `filled`: whether one was made with a stand-in. Those have a wider interval and say so.

    `ready` are the events as they were estimated, row by row, with `event_id`. A number out of a meter that was not
    read is not measured: tier T2 at best. An ml-engine's answer to a stand-in serves no other: it is not `remote`.
    """
    if stand_ins.is_empty():
        return estimates.with_columns(filled=pl.lit(False))
    made = stand_ins.sort("event_id", "field")
    sentence = pl.format(WORDS, "field", "method", "sample_size")
    said = made.group_by("event_id", maintain_order=True).agg(
        _words=sentence.str.join("; "), _metered=(pl.col("field") == METER).any()
    )
    joined = (
        estimates.with_columns(ready["event_id"])
        .join(said, on="event_id", how="left", maintain_order="left")
        .join(spreads(ready, made, estimator), on="event_id", how="left", maintain_order="left")
        .with_columns(filled=pl.col("_words").is_not_null())
    )
    told = joined.with_columns(*_wider(), *_said_so(), changed=pl.col("filled"))
    return labelled_anew(told).select(*estimates.columns, "filled")


def spreads(ready: pl.DataFrame, stand_ins: pl.DataFrame, estimator: Estimator) -> pl.DataFrame:
    """How far the numbers of these events move between the ends of their stand-ins: one row per event.

    `down` and `up` are logarithms of co2e over its lowest and of its highest over co2e, the fields of one event taken
    as independent (in quadrature); `most_kg` is the highest itself. An estimate need not be proportional to a value,
    so it is made again at both ends of each, with the other fields as they stand in; by what runs in this process, as
    a separate engine is not asked about what never was. Where that gives no number, it counts as proportional.
    """
    at_ends = _at_ends(ready, stand_ins)
    found = at_ends.select("event_id", "field", "end").with_columns(kg=estimator.estimate(at_ends)["co2e_kg"])
    wide = found.pivot("end", index=["event_id", "field"], values="kg")
    given = stand_ins.select("event_id", "field", **{f"its_{end}": pl.col(end) for end in ENDS})
    each = wide.join(given, on=["event_id", "field"]).with_columns(_number=pl.all_horizontal(_not_null(*ENDS)))
    each = each.with_columns(
        pl.when("_number").then(end).otherwise(f"its_{end}").alias(end) for end in ENDS
    ).with_columns(_low=pl.min_horizontal(*ENDS), _high=pl.max_horizontal(*ENDS))
    return each.group_by("event_id").agg(
        down=_quadrature((pl.col("value") / pl.col("_low")).log()),
        up=_quadrature((pl.col("_high") / pl.col("value")).log()),
        most_kg=pl.when("_number").then("_high").max(),
    )


def widening(estimate: Mapping[str, Any], moved: Mapping[str, float]) -> tuple[Line, ...]:
    """The two lines from an estimate's own interval to the one with its stand-ins; `moved` is its row of `spreads`.

    None for an estimate of zero, and none for an end that cannot be told.
    """
    co2e = estimate["co2e_kg"]
    if not co2e:
        return ()
    ends = (("low_kg", -1, log(co2e / estimate["low_kg"]), moved["down"]),
            ("high_kg", 1, log(estimate["high_kg"] / co2e), moved["up"]))  # fmt: skip
    return tuple(_line(name, co2e, sign, own, more) for name, sign, own, more in ends if isfinite(more))


def _line(name: str, co2e: float, sign: int, own: float, more: float) -> Line:
    operator = "*" if sign > 0 else "/"
    expression = f"{co2e!r} {operator} {e!r} ** (({own!r} ** 2 + {more!r} ** 2) ** 0.5)"
    value = co2e * exp(sign * hypot(own, more))
    shown = f"co2e_kg {co2e:.6g} kg {operator.replace('*', 'x')} e ^ (({own:.6g} ^ 2 + {more:.6g} ^ 2) ^ 0.5)"
    about = "with the uncertainty of what stands in, logarithms in quadrature"
    return Line(name, f"{name}, {about}: {shown} = {value:.6g} kg", expression, value, "kg", ())


def _at_ends(ready: pl.DataFrame, stand_ins: pl.DataFrame) -> pl.DataFrame:
    """The events once for every end of every stand-in of theirs, with `field` and `end`."""
    long = stand_ins.select("event_id", "field", *ENDS).unpivot(
        ENDS, index=["event_id", "field"], variable_name="end", value_name="_end"
    )
    rows = long.join(ready, on="event_id", how="inner", maintain_order="left")
    fields = [name for name in FILLABLE if name in ready.columns]
    replaced = (pl.when(pl.col("field") == name).then("_end").otherwise(name).alias(name) for name in fields)
    return rows.with_columns(replaced).drop("_end")


def _quadrature(logarithm: pl.Expr) -> pl.Expr:
    # nothing over nothing is no movement
    return logarithm.fill_nan(0.0).pow(2).sum().sqrt()


def _wider() -> list[pl.Expr]:
    """The interval, its logarithms and those of the stand-ins in quadrature; null where no end can be told."""
    co2e, filled = pl.col("co2e_kg"), pl.col("filled")
    low = co2e * (-((co2e / pl.col("low_kg")).log().pow(2) + pl.col("down").pow(2)).sqrt()).exp()
    high = co2e * ((pl.col("high_kg") / co2e).log().pow(2) + pl.col("up").pow(2)).sqrt().exp()
    # from zero there is no factor to what may be: the highest itself
    low = pl.when(co2e == 0).then(pl.col("low_kg")).otherwise(low)
    high = pl.when(co2e == 0).then(pl.max_horizontal("high_kg", "most_kg")).otherwise(high)
    high = pl.when(high.is_finite()).then(high)
    confidence = pl.min_horizontal("confidence", (2 - high / co2e).clip(0, 1).fill_nan(None))
    return [
        pl.when(filled).then(low).otherwise("low_kg").alias("low_kg"),
        pl.when(filled).then(high).otherwise("high_kg").alias("high_kg"),
        pl.when(filled & pl.col("confidence").is_not_null())
        .then(confidence)
        .otherwise("confidence")
        .alias("confidence"),
    ]


def _said_so() -> list[pl.Expr]:
    number = pl.col("co2e_kg").is_not_null()
    notes = pl.concat_str("notes", "_words", separator="; ", ignore_nulls=True)
    # what is measured of a trip are its litres and kWh, which nothing stands in for
    measured = pl.col("_metered") & (pl.col("tier") == str(Tier.MEASURED))
    return [
        pl.when("filled", number).then(notes).otherwise("notes").alias("notes"),
        pl.when("filled", number).then(notes).otherwise("reason").alias("reason"),
        pl.when(measured).then(pl.lit(str(Tier.MODELLED))).otherwise("tier").alias("tier"),
        (pl.col("remote") & ~pl.col("filled")).alias("remote"),
    ]


def _not_null(*names: str) -> list[pl.Expr]:
    return [pl.col(name).is_not_null() for name in names]
