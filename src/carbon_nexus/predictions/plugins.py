"""Own models by plug-in: an entry point in the group `carbon_nexus.estimators` names an event type and its model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import polars as pl
from loguru import logger

from carbon_nexus.activities.model import EVENT_TYPES
from carbon_nexus.errors import StartRefused
from carbon_nexus.predictions.answers import (
    ANSWER_SCHEMA,
    LONGEST_TEXT,
    MASSES,
    State,
    flaw,
    in_schema,
    without_number,
)

GROUP = "carbon_nexus.estimators"

Model = Callable[[pl.DataFrame], pl.DataFrame]
"""Events of one type (the event frame with all its columns) to one row each: `co2e_kg` and any other of MASSES."""


@dataclass(frozen=True)
class PlugIn:
    """An installed model. `name` is that of the distribution it came with."""

    name: str
    event_type: str
    model: Model
    model_version: str


@cache
def plugins() -> Mapping[str, PlugIn]:
    """The installed plug-ins by event type, loaded once. Raises StartRefused for any that cannot be used."""
    return load(entry_points(group=GROUP))


def load(points: Iterable[EntryPoint]) -> dict[str, PlugIn]:
    """These entry points as plug-ins by event type.

    Raises StartRefused for an unknown event type, a second model for one event type, and a model that cannot be
    imported, called or told by its version.
    """
    found: dict[str, PlugIn] = {}
    for point in points:
        plugin = _loaded(point)
        if other := found.get(plugin.event_type):
            names = f"{other.name} and {plugin.name}"
            raise StartRefused(f"Both {names} bring a model for {plugin.event_type} events.", "Uninstall one of them.")
        found[plugin.event_type] = plugin
        logger.info("{} events: model {} of plug-in {}", plugin.event_type, plugin.model_version, plugin.name)
    return found


def apply(installed: Mapping[str, PlugIn], events: pl.DataFrame) -> pl.DataFrame:
    """What the plug-ins say about the events of their types: rows of ANSWER_SCHEMA by row_index, none for other types.

    ANSWERED rows hold the plug-in's numbers and model_version. Where it gives null the event is REFUSED. What it
    gives cannot be used (see docs/plugins.md), or it raises: all its events are FAILED, and `reason` says why.
    """
    numbered = events.with_row_index("row_index")
    answers = [
        _answer(plugin, numbered.filter(pl.col("event_type") == event_type)) for event_type, plugin in installed.items()
    ]
    return pl.concat([pl.DataFrame(schema=ANSWER_SCHEMA), *answers]).sort("row_index")


def _loaded(point: EntryPoint) -> PlugIn:
    name = point.dist.name if point.dist else point.value
    mend = f"Correct or uninstall {name}."
    if point.name not in EVENT_TYPES:
        known = ", ".join(EVENT_TYPES)
        raise StartRefused(f"Plug-in {name} is for {point.name!r} events; there are {known}.", mend)
    try:
        model = point.load()
    except Exception as problem:
        raise StartRefused(f"Plug-in {name} ({point.value}) cannot be imported: {_words(problem)}.", mend) from problem
    version = getattr(model, "model_version", None)
    if not callable(model):
        raise StartRefused(f"Plug-in {name}: {point.value} is not a function.", mend)
    if not isinstance(version, str) or not 0 < len(version) <= LONGEST_TEXT or "\x00" in version:
        told = f"Plug-in {name}: {point.value} has no model_version, a text of 1 to {LONGEST_TEXT} characters."
        raise StartRefused(told, mend)
    return PlugIn(name, point.name, model, version)


def _answer(plugin: PlugIn, events: pl.DataFrame) -> pl.DataFrame:
    row_index = events["row_index"]
    if events.is_empty():
        return without_number(row_index, State.FAILED, "")
    try:
        given = plugin.model(events.drop("row_index"))
        problem = _unusable(given, events.height)
    # whatever a model may do wrong, the embedded estimate is there; a panic inside Polars is no Exception
    except (Exception, pl.exceptions.PanicException) as raised:
        logger.opt(exception=raised).warning("plug-in {} failed", plugin.name)
        problem = _words(raised)
    if problem is not None:
        return without_number(row_index, State.FAILED, f"plug-in {plugin.name} failed: {problem}")
    return _rows(plugin, given.with_columns(row_index))


def _unusable(given: object, height: int) -> str | None:
    """Why an answer to `height` events cannot be used; None: it can."""
    if not isinstance(given, pl.DataFrame):
        return f"it gave a {type(given).__name__}, not a polars DataFrame"
    if given.height != height:
        return f"it gave {given.height} rows for {height} events"
    if strange := [name for name in given.columns if name not in MASSES]:
        return f"column {strange[0]!r} is none of {', '.join(MASSES)}"
    if "co2e_kg" not in given.columns:
        return "column 'co2e_kg' is missing"
    if words := [name for name, kind in given.schema.items() if not kind.is_numeric() and kind != pl.Null]:
        return f"column {words[0]!r} does not hold numbers"
    return flaw(in_schema(given.cast(pl.Float64)))


def _rows(plugin: PlugIn, given: pl.DataFrame) -> pl.DataFrame:
    has_number = pl.col("co2e_kg").is_not_null()
    state = pl.when(has_number).then(pl.lit(str(State.ANSWERED))).otherwise(pl.lit(str(State.REFUSED)))
    reason = pl.when(~has_number).then(pl.lit(f"plug-in {plugin.name} gives no number for this event"))
    version = pl.lit(plugin.model_version)
    return in_schema(given.with_columns(state.alias("state"), reason.alias("reason"), version.alias("model_version")))


def _words(problem: BaseException) -> str:
    """An exception of somebody else's code in one line that any database column holds."""
    text = " ".join(f"{type(problem).__name__}: {problem}".replace("\x00", "?").split())
    return text[:LONGEST_TEXT]
