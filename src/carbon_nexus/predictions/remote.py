"""A separate ml-engine in the place of the model: what it has said once is not asked again. Never commits."""

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.db.columns import read_frame
from carbon_nexus.emissions.labels import EMBEDDED
from carbon_nexus.emissions.model import Tier
from carbon_nexus.predictions.answers import ANSWER_SCHEMA, EstimatorClient, State

ON = ["event_type", "inputs_hash"]
"""What an answer is for."""

_TOLD = [name for name in ANSWER_SCHEMA if name != "row_index"]
_STORED_SCHEMA = {
    "inputs_hash": pl.Int64,
    "event_type": pl.String,
    **{name: ANSWER_SCHEMA[name] for name in _TOLD if name != "state"},
}
# the newest of each: an engine that was replaced must not answer with its predecessor's numbers
STORED = """
SELECT DISTINCT ON (p.inputs_hash, p.prediction_type) p.inputs_hash, p.prediction_type, p.predicted_co2, p.ttw_kg,
    p.wtt_kg, p.low_kg, p.high_kg, p.confidence_score, p.model_version, v.tier, v.method, v.factor_id, v.notes
FROM predictions p LEFT JOIN provenances v ON v.id = p.provenance_id
WHERE p.remote AND p.tenant_id = %s AND p.inputs_hash = ANY(%s)
ORDER BY p.inputs_hash, p.prediction_type, p.event_id DESC
"""


async def ask(
    connection: AsyncConnection, tenant_id: int, events: pl.DataFrame, estimates: pl.DataFrame, engine: EstimatorClient
) -> pl.DataFrame:
    """The engine's answers for the events that were not measured: rows of ANSWER_SCHEMA, and `fresh`.

    Equal inputs are asked once, and not at all where `predictions` has the engine's answer of its present model
    version, which one question per event type and stored version finds out. While it is out of reach its stored
    answers serve. The one event that was asked is `fresh`: its prediction is what equal inputs find stored later.
    """
    wanted = _wanted(events, estimates)
    if wanted.is_empty():
        return pl.DataFrame(schema=ANSWER_SCHEMA | {"fresh": pl.Boolean})
    distinct = wanted.unique(ON, keep="first", maintain_order=True)
    known = await read_frame(connection, STORED, _STORED_SCHEMA, (tenant_id, distinct["inputs_hash"].to_list()))
    stored = distinct.join(known, on=ON, how="inner", maintain_order="left")
    probes = stored.unique(["event_type", "model_version"], keep="first", maintain_order=True)
    unheard = distinct.join(stored, on=ON, how="anti", maintain_order="left")
    answers = await _asked(engine, events, pl.concat([unheard, probes.select(distinct.columns)]))
    outdated = _outdated(stored, answers)
    again = outdated.join(answers, on=ON, how="anti", maintain_order="left")
    if not again.is_empty():
        answers = pl.concat([answers, await _asked(engine, events, again)])
    return _for_all(wanted, stored.join(outdated, on=ON, how="anti"), answers)


def _wanted(events: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """row_index and ON of the events to ask about.

    Not those that were measured, which nothing modelled beats, nor those of a plug-in, nor those with an input that
    cannot be true.
    """
    rows = estimates.select("inputs_hash", "tier", "source").with_columns(events["event_type"])
    modelled = pl.col("tier").fill_null("") != str(Tier.MEASURED)
    ours = pl.col("source").fill_null(EMBEDDED) == EMBEDDED
    usable = pl.col("inputs_hash").is_not_null()
    return rows.with_row_index("row_index").filter(modelled & ours & usable).select("row_index", *ON)


async def _asked(engine: EstimatorClient, events: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The engine's answers to the events of these rows: their row_index and ON, and what it told."""
    answer = await engine.predict(events[rows["row_index"]])
    return pl.concat([rows.select("row_index", *ON), answer.rows.select(_TOLD)], how="horizontal")


def _outdated(stored: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The stored answers of event types that were answered now, by other model versions alone."""
    present = answers.filter(pl.col("state") == str(State.ANSWERED))
    heard = stored.join(present, on="event_type", how="semi", maintain_order="left")
    return heard.join(present, on=["event_type", "model_version"], how="anti", maintain_order="left")


def _for_all(wanted: pl.DataFrame, stored: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """For every wanted event the stored answer unless it was just refused one, else what was just said of its like."""
    refused = answers.filter(pl.col("state").is_in([str(State.REFUSED), str(State.NOT_ASKED)]))
    kept = stored.join(refused, on=ON, how="anti").with_columns(
        pl.lit(str(State.ANSWERED)).alias("state"), pl.lit(None, pl.UInt32).alias("asked")
    )
    given = answers.rename({"row_index": "asked"})
    found = pl.concat([each.select(*ON, "asked", *_TOLD) for each in (kept, given)]).unique(ON, keep="first")
    fresh = (pl.col("row_index") == pl.col("asked")).fill_null(False)
    joined = wanted.join(found, on=ON, how="inner", maintain_order="left")
    return joined.select("row_index", *_TOLD, fresh.alias("fresh"))
