"""Another estimator's answers laid over the embedded estimates: its numbers where it gave any, and who it was. Pure."""

import polars as pl

from carbon_nexus.emissions.estimate import MASSES
from carbon_nexus.emissions.labels import PROVENANCE, digest
from carbon_nexus.emissions.model import Tier
from carbon_nexus.predictions.answers import State

ANSWERED_MASSES = ("co2e_kg", "ttw_kg", "wtt_kg", "low_kg", "high_kg")
TAKEN = (*ANSWERED_MASSES, "confidence", "model_version", "factor_id")
UNKNOWN_MASSES = tuple(name for name in MASSES if name not in ANSWERED_MASSES)
UNKNOWN_LABELS = ("factor_set", "factor_ids", "grid_region")

# What the embedded estimate says when it stands in for a remote engine, after `embedded (...)`: short and always the
# same, as the log has the rest.
STAND_IN = {
    str(State.REFUSED): "{name} gave no number",
    str(State.NOT_ASKED): "{name} cannot be asked about it",
    str(State.FAILED): "{name} unavailable",
}


def overlay(estimates: pl.DataFrame, answers: pl.DataFrame, name: str, remote: bool = False) -> pl.DataFrame:
    """The estimates, in their order, with the answers' numbers where `state` is ANSWERED, and `source` set.

    `answers` has the columns of ANSWER_SCHEMA, at most one row per `row_index`; `name` is the other estimator's. What
    an answer does not tell (gases, scope 2, factors) is null, never the embedded estimate's. Scope and category stay:
    they are the event's. Why there is no answer is told in full of a plug-in, in few words of a `remote` engine, whose
    answers say besides which of them are `fresh`: those rows are marked.
    """
    if answers.is_empty():
        return estimates
    given = answers.select("row_index", pl.exclude("row_index").name.prefix("its_"))
    joined = estimates.with_row_index("row_index").join(given, on="row_index", how="left", maintain_order="left")
    answered = (pl.col("its_state") == State.ANSWERED).fill_null(False)
    fresh = pl.col("its_fresh") if remote else pl.lit(False)
    told = joined.with_columns(
        *(pl.when(answered).then(f"its_{each}").otherwise(each).alias(each) for each in TAKEN),
        *(pl.when(~answered).then(each).alias(each) for each in (*UNKNOWN_MASSES, *UNKNOWN_LABELS)),
        pl.when(answered).then(pl.coalesce("its_tier", pl.lit(str(Tier.MODELLED)))).otherwise("tier").alias("tier"),
        pl.when(answered).then(pl.coalesce("its_method", pl.lit(name))).otherwise("method").alias("method"),
        *(pl.when(answered).then("its_reason").otherwise(each).alias(each) for each in ("reason", "notes")),
        _source(answered, name, remote),
        (pl.col("remote") | (answered & fresh)).alias("remote"),
        pl.col("its_state").is_not_null().alias("changed"),
    )
    return labelled_anew(told).select(estimates.columns)


def _source(answered: pl.Expr, name: str, remote: bool) -> pl.Expr:
    words = {state: text.format(name=name) for state, text in STAND_IN.items()}
    why = pl.col("its_state").replace_strict(words, default=None, return_dtype=pl.String) if remote else "its_reason"
    instead = pl.format("embedded ({})", why)
    no_number = pl.col("co2e_kg").is_null()
    return (
        pl.when(answered).then(pl.lit(name)).when(no_number).then(None).otherwise(pl.coalesce(instead, "source"))
    ).alias("source")


def labelled_anew(told: pl.DataFrame) -> pl.DataFrame:
    """`provenance` again for the rows whose labels, the columns of PROVENANCE, are `changed`."""
    changed = told.filter("changed", pl.col("co2e_kg").is_not_null()).select(PROVENANCE).unique()
    digests = pl.Series("anew", [digest(each) for each in changed.iter_rows(named=True)], dtype=pl.String)
    joined = told.join(
        changed.with_columns(digests), on=list(PROVENANCE), how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.with_columns(pl.when("changed").then("anew").otherwise("provenance").alias("provenance"))
