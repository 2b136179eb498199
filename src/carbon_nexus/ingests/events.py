"""Events sent as JSON, and CloudEvents in structured mode (specification 1.0), as rows of text. Pure."""

from collections.abc import Iterator
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from carbon_nexus.activities.model import EVENT_TYPES, LONGEST_TEXT
from carbon_nexus.errors import InvalidInput
from carbon_nexus.files.json_values import NoRecord, Object, record
from carbon_nexus.kit.plain import echo, plain
from carbon_nexus.mappings.names import read

SPECVERSION = "specversion"  # no event of ours has it: what has it is a CloudEvent
KEY_TEXT = Field(min_length=1, max_length=LONGEST_TEXT)


class CloudEvent(BaseModel):
    """The attributes that are used; extensions are let pass."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: str = KEY_TEXT
    source: str = KEY_TEXT
    type: str = KEY_TEXT
    time: str | None = None
    data: dict[str, Any]


def row_of(event: dict[str, Any]) -> pl.DataFrame:
    """One event as one row of text. Raises InvalidInput for what is no Unicode text."""
    try:
        texts = record(Object(event.items()))
    except NoRecord as broken:
        problem = {"type": "invalid_event", "loc": ["body"], "msg": f"The event {broken}.", "input": None}
        raise InvalidInput([problem], "The event was not stored.") from None
    return pl.DataFrame([texts], schema=dict.fromkeys(texts, pl.String()))


def opened(event: dict[str, Any], at: int | None = None) -> dict[str, Any]:
    """What is in the envelope of a CloudEvent; any other event is returned as it is.

    Its source and id are the key of the event; its time is the timestamp, and the last part of its type the event
    type, where the data has none. Raises InvalidInput for a broken envelope; `at` is its place in a batch.
    """
    if SPECVERSION not in event:
        return event
    try:
        envelope = CloudEvent.model_validate(event)
    except ValidationError as broken:
        raise InvalidInput(list(_problems(broken, at)), "The event was not stored.") from None
    told = {_field(name) for name in envelope.data}
    more: dict[str, Any] = {"source": envelope.source, "external_id": envelope.id}
    if envelope.time is not None and "timestamp" not in told:
        more["timestamp"] = envelope.time
    kind = envelope.type.rsplit(".", 1)[-1].lower()
    if kind in EVENT_TYPES and "event_type" not in told:
        more["event_type"] = kind
    return {name: value for name, value in envelope.data.items() if _field(name) not in more} | more


def _problems(broken: ValidationError, at: int | None) -> Iterator[dict[str, Any]]:
    place = ["body"] if at is None else ["body", at]
    for each in broken.errors():
        loc, message = [*place, *plain(each["loc"])], f"CloudEvent: {plain(each['msg'])}"
        yield {"type": each["type"], "loc": loc, "msg": message, "input": echo(each.get("input"))}


def _field(name: str) -> str | None:
    reading = read(name)
    return reading.field if reading else None
