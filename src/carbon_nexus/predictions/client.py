"""A separate ml-engine behind ML_ENGINE_URL: event frames go out in batches of its contract, checked answers return."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl
from loguru import logger
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import BadAnswer, Patience, Service, Unanswered
from carbon_nexus.predictions.answers import (
    LONGEST_TEXT,
    MASSES,
    TEXTS,
    RemoteAnswer,
    State,
    flaw,
    in_schema,
    without_number,
)
from carbon_nexus.predictions.features import FEATURES, LARGEST_BATCH

ROWS_PER_CALL = 2_000  # an engine that takes milliseconds for each event still answers within one call's patience
CALLS_AT_ONCE = 4
BATCH_SECONDS = 60.0

_NUMBERS = {"co2_kg": "co2e_kg", "confidence": "confidence"} | {name: name for name in MASSES if name != "co2e_kg"}


@dataclass(frozen=True)
class _Part:
    """Events of one type for one call: `row_index` and the contract's fields."""

    event_type: str
    rows: pl.DataFrame


class RemoteEngine:
    """The ml-engine at `url`. One for a process and its event loop: it keeps the connections and the breaker.

    `key` is sent as a bearer key: an engine of ours that is not on the same machine asks for one.
    """

    def __init__(
        self,
        url: str,
        *,
        key: SecretStr | None = None,
        breaker: Breaker | None = None,
        patience: Patience | None = None,
        batch_seconds: float = BATCH_SECONDS,
        rows_per_call: int = ROWS_PER_CALL,
    ) -> None:
        if not 0 < rows_per_call <= LARGEST_BATCH:
            raise ValueError(f"rows_per_call is {rows_per_call}; the contract takes 1 to {LARGEST_BATCH}")
        self._service = Service(url, breaker or Breaker("ml-engine"), key=key, patience=patience)
        self._batch_seconds, self._rows_per_call = batch_seconds, rows_per_call

    async def predict(self, events: pl.DataFrame) -> RemoteAnswer:
        """The engine's numbers for an event frame, within `batch_seconds`.

        An event whose data the contract cannot carry is NOT_ASKED, one the engine gives no number for is REFUSED.
        After a failed call the rest of its event type is FAILED with it; what was answered before stays.
        """
        deadline = asyncio.get_running_loop().time() + self._batch_seconds
        not_asked, parts = await asyncio.to_thread(_sorted_out, events, self._rows_per_call)
        batch = _Batch(self._service, deadline)
        # where one call may try, it goes alone: the others follow if it succeeds
        first = 1 if self._service.doubted else 0
        answers = [await batch.ask(part) for part in parts[:first]]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(batch.ask(part)) for part in parts[first:]]
        answers += [task.result() for task in tasks]
        return RemoteAnswer(pl.concat([not_asked, *answers]).sort("row_index"), batch.reason)

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._service.aclose()


class _Batch:
    """The calls for one event frame: a few at once, none for an event type after one of its calls failed."""

    def __init__(self, service: Service, deadline: float) -> None:
        self._service, self._deadline = service, deadline
        self._turns = asyncio.Semaphore(CALLS_AT_ONCE)
        self._failed: dict[str, str] = {}  # event type -> reason

    @property
    def reason(self) -> str | None:
        """The first failure in words; None: there was none."""
        return next(iter(self._failed.values()), None)

    async def ask(self, part: _Part) -> pl.DataFrame:
        """The answers to one part, or its rows as FAILED."""
        async with self._turns:
            if part.event_type not in self._failed:
                try:
                    return await self._post(part)
                except Unanswered as problem:
                    self._note(part.event_type, f"ml-engine unavailable: {problem}")
        return without_number(part.rows["row_index"], State.FAILED, self._failed[part.event_type])

    async def _post(self, part: _Part) -> pl.DataFrame:
        body = await asyncio.to_thread(request_body, part.rows.drop("row_index"))
        row_index = part.rows["row_index"]

        def read(content: bytes) -> pl.DataFrame:
            return in_schema(read_answer(content, len(row_index)).with_columns(row_index))

        return await self._service.post(f"/api/v1/batch/{part.event_type}", body, read, self._deadline)

    def _note(self, event_type: str, reason: str) -> None:
        if reason not in self._failed.values():
            logger.warning("{} events: {}", event_type, reason)
        self._failed.setdefault(event_type, reason)


def _sorted_out(events: pl.DataFrame, rows_per_call: int) -> tuple[pl.DataFrame, list[_Part]]:
    """The events the contract cannot carry, as NOT_ASKED, and the others in parts of one type and bounded size."""
    numbered = events.with_row_index("row_index")
    known = pl.col("event_type").is_in(list(FEATURES)).fill_null(False)
    strange = numbered.filter(~known)["row_index"]
    not_asked = [without_number(strange, State.NOT_ASKED, "event_type is missing or not known")]
    parts: list[_Part] = []
    for event_type in FEATURES:
        fields = contract_fields(event_type, numbered.filter(pl.col("event_type") == event_type))
        unfit = fields.filter(pl.col("misfit").is_not_null())
        not_asked.append(without_number(unfit["row_index"], State.NOT_ASKED, unfit["misfit"]))
        fit = fields.filter(pl.col("misfit").is_null()).drop("misfit")
        parts += [_Part(event_type, rows) for rows in fit.iter_slices(rows_per_call) if rows.height]
    return pl.concat(not_asked), parts


def contract_fields(event_type: str, events: pl.DataFrame) -> pl.DataFrame:
    """Events of one type under the names of the request model of `schemas`, with `row_index` passed through.

    `misfit` says why the contract cannot carry the event: a required field is missing, or a value is out of bounds.
    """
    features = FEATURES[event_type]
    columns = {name: features.columns.get(name, name) for name in features.model_fields}
    absent = [pl.lit(None).alias(column) for column in columns.values() if column not in events.columns]
    rules = [rule for name, field in features.model_fields.items() for rule in _misfits(columns[name], field)]
    fields = [pl.col(column).alias(name) for name, column in columns.items()]
    return events.with_columns(absent).select("row_index", pl.coalesce(rules).alias("misfit"), *fields)


def _misfits(column: str, field: FieldInfo) -> Iterator[pl.Expr]:
    """What may be wrong with a value, as text where it is; bounds are the request model's."""
    value = pl.col(column)
    if field.is_required():
        yield pl.when(value.is_null()).then(pl.lit(f"the ml-engine needs {column}, which is missing"))
    for rule in field.metadata:
        if (low := getattr(rule, "gt", None)) is not None:
            yield pl.when(value <= low).then(pl.lit(f"the ml-engine takes {column} only above {low:g}"))
        if (low := getattr(rule, "ge", None)) is not None:
            yield pl.when(value < low).then(pl.lit(f"the ml-engine takes {column} only from {low:g}"))
        if (high := getattr(rule, "le", None)) is not None:
            yield pl.when(value > high).then(pl.lit(f"the ml-engine takes {column} only up to {high:g}"))


def request_body(fields: pl.DataFrame) -> bytes:
    """The body of one call, {"predictions": [...]}; missing values are left out, so that the engine's defaults hold."""
    members = pl.concat_str([_member(name) for name in fields.columns], separator=",", ignore_nulls=True)
    (items,) = fields.select(members.str.join("},{")).row(0)
    return f'{{"predictions":[{{{items}}}]}}'.encode()


def _member(name: str) -> pl.Expr:
    """`"name":value` as JSON; null where there is no value."""
    braced = pl.struct(name).struct.json_encode()
    return pl.when(pl.col(name).is_not_null()).then(braced.str.head(-1).str.tail(-1))


def read_answer(content: bytes, asked: int) -> pl.DataFrame:
    """The answer to a call with `asked` events: `state`, numbers, words and `reason` of ANSWER_SCHEMA, in order.

    Takes the original's answers (three fields, no errors) and ours. Raises BadAnswer for anything that is not an
    answer to this call, or that no estimate can be.
    """
    results = _results(content, asked)
    predictions = [each.get("prediction") or {} for each in results]
    if not _all_of(predictions, dict):
        raise BadAnswer("a prediction is not an object")
    told = pl.DataFrame(
        [_column(predictions, theirs, ours, pl.Float64()) for theirs, ours in _NUMBERS.items()]
        + [_column(predictions, name, name, pl.String()) for name in (*TEXTS, "reason")]
        + [_column(results, "error", "error", pl.String())]
    )
    if problem := flaw(told):
        raise BadAnswer(problem)
    return _with_state(told)


def _results(content: bytes, asked: int) -> list[dict[str, Any]]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise BadAnswer("not JSON") from None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not _all_of(results, dict):
        raise BadAnswer("results is not a list of objects")
    if len(results) != asked:
        raise BadAnswer(f"{len(results)} results for {asked} events")
    return results


def _column(items: Sequence[dict[str, Any]], theirs: str, ours: str, kind: pl.DataType) -> pl.Series:
    values = [each.get(theirs) for each in items]
    if not _all_of(values, *((int, float) if kind == pl.Float64 else (str,)), type(None)):
        raise BadAnswer(f"{theirs} is not a {'number' if kind == pl.Float64 else 'text'}")
    return pl.Series(ours, values, kind)


def _all_of(values: Sequence[object], *kinds: type) -> bool:
    """Whether every value is exactly of one of these types: true is an int to Python, and no number to us."""
    return set(map(type, values)) <= set(kinds)


def _with_state(told: pl.DataFrame) -> pl.DataFrame:
    has_number = pl.col("co2e_kg").is_not_null()
    error = pl.when(pl.col("error") != "").then("error")
    reason = pl.coalesce(error, "reason").str.slice(0, LONGEST_TEXT).str.replace_all("\x00", "?", literal=True)
    if told.select((has_number & pl.col("model_version").is_null()).any()).item():
        raise BadAnswer("a number has no model_version")
    if told.select((has_number & error.is_not_null()).any()).item():
        raise BadAnswer("a result has a number and an error")
    if told.select((~has_number & reason.is_null()).all()).item():
        raise BadAnswer("a result has neither a number nor a reason")
    # one event that an engine cannot handle says nothing about the others
    reason = pl.when(~has_number & reason.is_null()).then(pl.lit("no number and no reason")).otherwise(reason)
    state = pl.when(has_number).then(pl.lit(str(State.ANSWERED))).otherwise(pl.lit(str(State.REFUSED)))
    return told.with_columns(state.alias("state"), reason.alias("reason")).drop("error")
