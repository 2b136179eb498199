"""The inputs of events with several changes made to them at once; the order of the changes does not matter. Pure."""

from collections.abc import Sequence

import polars as pl

from carbon_nexus.emissions.inputs import INPUTS
from carbon_nexus.simulations.act import own_value
from carbon_nexus.simulations.population_model import Acted, Effect, Rows


def composed(events: pl.DataFrame, made: Sequence[tuple[Acted, Rows]]) -> pl.DataFrame:
    """The events with their new inputs; of each change its rows that belong to them, event by event.

    What scales an input multiplies with whatever else scales it, and comes on top of a number that is set; a word
    that is new replaces the event's own; what is taken away by any change is gone.
    """
    if len(made) == 1:
        ((change, rows),) = made
        return events.with_columns(change.values[rows].get_columns()) if change.values.width else events
    fields = dict.fromkeys(field for change, _ in made for field in change.effects)
    return events.with_columns(_input(events, field, made) for field in fields)


def _input(events: pl.DataFrame, field: str, made: Sequence[tuple[Acted, Rows]]) -> pl.Series:
    given = [
        (change, change.effects[field], change.values[field].gather(rows))
        for change, rows in made
        if field in change.effects
    ]
    effects = {effect for _, effect, _ in given}
    if Effect.REMOVES in effects:
        return pl.Series(field, [None], INPUTS[field]).new_from_index(0, events.height)
    own = _column(events, own_value(field), INPUTS[field])
    if effects == {Effect.NAMES}:
        names = [pl.select(pl.when(value.ne_missing(own)).then(value)).to_series() for _, _, value in given]
        return pl.select(pl.coalesce(*names, given[0][2]).alias(field)).to_series()
    value = pl.select(pl.coalesce(*(number for _, effect, number in given if effect is Effect.SETS), own)).to_series()
    for change, effect, scaled in given:
        if effect is Effect.SCALES:
            value = value * (change.shares[field] if field in change.shares else _ratio(scaled, own))
    return value.alias(field)


def _ratio(scaled: pl.Series, own: pl.Series) -> pl.Series:
    """By how much a change scales the events' own values; what is nothing or not known stays."""
    return pl.select(pl.when(own != 0).then(scaled / own).otherwise(1.0)).to_series()


def _column(events: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Series:
    if name in events.columns:
        return events[name]
    return pl.Series(name, [None], dtype).new_from_index(0, events.height)
