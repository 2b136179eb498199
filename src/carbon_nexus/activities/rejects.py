"""Rejected rows, as columns: what is wrong with each, in words, and the row as received. Pure."""

from collections.abc import Iterator

import polars as pl

from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.model import FIELD_OF, LONGEST_SHOWN, REJECT_SCHEMA, Field, shown
from carbon_nexus.activities.rules import Rule, explain, remedies

PROBLEM = REJECT_SCHEMA["problems"].inner  # type: ignore[attr-defined]
NUL_SHOWN = "\u2400"  # the picture of a NUL: JSON in a database cannot hold the character itself


def rejects(received: pl.DataFrame, lines: pl.Series, codes: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Rows of REJECT_SCHEMA for rows of which each breaks a rule; `codes` has the rules, see validate."""
    if received.is_empty():
        return REJECT_SCHEMA.to_frame()
    readable = received.with_columns(pl.all().str.replace_all("\x00", NUL_SHOWN, literal=True))
    broken = [each for each in codes.iter_columns() if (each != Rule.FINE).any()]
    problems = [_problems(each.name, each, received, mapping) for each in broken]
    supplier = mapping.columns.get("supplier_id")
    return readable.select(
        lines.alias("line"),
        (pl.lit(None, pl.String) if supplier is None else _shown(pl.col(supplier))).alias("supplier_id"),
        pl.concat_list(*problems).list.drop_nulls().alias("problems"),
        pl.struct(pl.all()).struct.json_encode().alias("received"),
    ).cast(dict(REJECT_SCHEMA))  # type: ignore[arg-type]


def misfits(parts: pl.DataFrame) -> pl.DataFrame:
    """Rows of REJECT_SCHEMA for what stands where a row should and is none: line, text, rule, remedy."""
    readable = pl.col("text").str.replace_all("\x00", NUL_SHOWN, literal=True)
    problem = pl.struct(pl.lit("row").alias("field"), _shown(pl.col("text")).alias("value"), "rule", "remedy")
    return parts.select(
        "line",
        pl.lit(None, pl.String).alias("supplier_id"),
        pl.concat_list(problem).alias("problems"),
        pl.struct(readable.alias("row")).struct.json_encode().alias("received"),
    ).cast(dict(REJECT_SCHEMA))  # type: ignore[arg-type]


def _problems(code_name: str, codes: pl.Series, received: pl.DataFrame, mapping: Mapping) -> pl.Series:
    """One problem for each row whose value breaks a rule, else null: of one field, or of a column we do not know."""
    kind, _, name = code_name.partition(":")
    field = FIELD_OF[name] if kind == "field" else None
    column = mapping.columns.get(name) if field else name
    if column is None:
        texts = pl.Series([mapping.constants[name]]).new_from_index(0, received.height)
    else:
        texts = received[column]
    described = [_described(rule, field, name, texts, mapping) for rule in _broken(codes)]
    told = pl.DataFrame({"code": codes, "text": texts})
    chosen = pl.coalesce(pl.when(pl.col("code") == rule).then(problem) for rule, problem in described)
    return told.select(chosen.cast(PROBLEM).alias(code_name))[code_name]


def _broken(codes: pl.Series) -> Iterator[Rule]:
    return (Rule(code) for code in codes.unique().sort() if code != Rule.FINE)


def _described(rule: Rule, field: Field | None, name: str, texts: pl.Series, mapping: Mapping) -> tuple[Rule, pl.Expr]:
    words, remedy = explain(rule, field, mapping.units.get(name) if field else None)
    told = pl.lit(remedy)
    if field is not None and rule is Rule.CHOICE:
        nearest = remedies(field, texts.str.strip_chars().str.to_lowercase().unique().drop_nulls())
        told = pl.col("text").str.strip_chars().str.to_lowercase().replace_strict(nearest, default=remedy)
    problem = pl.struct(
        pl.lit(shown(name)).alias("field"),
        _shown(pl.col("text")).alias("value"),
        pl.lit(words).alias("rule"),
        told.alias("remedy"),
    )
    return rule, problem


def _shown(text: pl.Expr) -> pl.Expr:
    cut = pl.when(text.str.len_chars() > LONGEST_SHOWN).then(text.str.slice(0, LONGEST_SHOWN) + "…").otherwise(text)
    return cut.str.replace_all("\x00", "\\0", literal=True)
