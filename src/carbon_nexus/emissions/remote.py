"""A separate ml-engine in the place of the model: what it has said once is not asked again. Never commits."""

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.emissions.answers import ANSWER_SCHEMA, EstimatorClient, State, in_schema
from carbon_nexus.emissions.labels import EMBEDDED
from carbon_nexus.emissions.model import Tier

_CACHED_SCHEMA = {
    "inputs_hash": pl.Int64,
    "event_type": pl.String,
    **{name: kind for name, kind in ANSWER_SCHEMA.items() if name not in ("row_index", "state")},
}
# the newest of each: an engine that was replaced must not answer with its predecessor's numbers
_CACHED = """
SELECT DISTINCT ON (p.inputs_hash, p.prediction_type) p.inputs_hash, p.prediction_type, p.predicted_co2, p.ttw_kg,
    p.wtt_kg, p.low_kg, p.high_kg, p.confidence_score, p.model_version, v.tier, v.method, v.factor_id, v.notes
FROM predictions p LEFT JOIN provenances v ON v.id = p.provenance_id
WHERE p.remote AND p.tenant_id = %s AND p.inputs_hash = ANY(%s)
ORDER BY p.inputs_hash, p.prediction_type, p.event_id DESC
"""


async def ask(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, estimates: pl.DataFrame, engine: EstimatorClient
) -> tuple[pl.DataFrame, str | None]:
    """The engine's answers (rows of ANSWER_SCHEMA) for the events that were not measured, and why some have none.

    Equal inputs are asked once, and not at all where `predictions` has the engine's answer of its present
    model version, which one question per event type finds out. While it is out of reach its stored answers serve.
    """
    wanted = _wanted(events, estimates)
    if wanted.is_empty():
        return pl.DataFrame(schema=ANSWER_SCHEMA), None
    distinct = wanted.unique(["event_type", "inputs_hash"], keep="first", maintain_order=True)
    known = await read_frame(connection, _CACHED, _CACHED_SCHEMA, (tenant_id, distinct["inputs_hash"].to_list()))
    on = ["event_type", "inputs_hash"]
    stored = distinct.join(known, on=on, how="inner", maintain_order="left")
    probes = stored.unique("event_type", keep="first", maintain_order=True).select(distinct.columns)
    asked = pl.concat([distinct.join(known, on=on, how="anti", maintain_order="left"), probes])
    answers, reason = await _asked(engine, events, asked)
    stale = _stale(stored, answers)
    if not stale.is_empty():
        more, later = await _asked(engine, events, stale.select(distinct.columns))
        answers, reason = pl.concat([answers, more]), reason or later
    return _for_all(wanted, answers, stored.join(stale, on=on, how="anti")), reason


def _wanted(events: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """row_index, event_type and inputs_hash of the events to ask about.

    Not those that were measured, which nothing modelled beats, nor those of a plug-in.
    """
    rows = estimates.select("inputs_hash", "tier", "source").with_columns(events["event_type"])
    modelled = pl.col("tier").fill_null("") != str(Tier.MEASURED)
    ours = pl.col("source").fill_null(EMBEDDED) == EMBEDDED
    return rows.with_row_index("row_index").filter(modelled & ours).drop("tier", "source")


async def _asked(engine: EstimatorClient, events: pl.DataFrame, rows: pl.DataFrame) -> tuple[pl.DataFrame, str | None]:
    """Answers with the event_type and inputs_hash they are for."""
    answer = await engine.predict(events[rows["row_index"]])
    return pl.concat([rows.select("event_type", "inputs_hash"), answer.rows], how="horizontal"), answer.reason


def _stale(stored: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Stored answers of another model version than the engine's present one."""
    answered = answers.filter(pl.col("state") == str(State.ANSWERED))
    now = answered.unique("event_type", keep="first").select("event_type", pl.col("model_version").alias("now"))
    return stored.join(now, on="event_type", how="inner", maintain_order="left").filter(
        pl.col("model_version") != pl.col("now")
    )


def _for_all(wanted: pl.DataFrame, answers: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """The answers for every wanted event: those just given go before stored ones, unless the engine failed."""
    on = ["event_type", "inputs_hash"]
    fresh = answers.filter(pl.col("state") != str(State.FAILED))
    kept = stored.with_columns(pl.lit(str(State.ANSWERED)).alias("state")).join(fresh, on=on, how="anti")
    failed = answers.filter(pl.col("state") == str(State.FAILED)).join(kept, on=on, how="anti")
    columns = [*on, *(name for name in ANSWER_SCHEMA if name != "row_index")]
    found = pl.concat([each.select(columns) for each in (fresh, kept, failed)]).unique(on, keep="first")
    return in_schema(wanted.join(found, on=on, how="inner", maintain_order="left"))
