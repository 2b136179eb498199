"""Rows as received, kept where an event does not tell its row in full. Pure."""

import polars as pl

from carbon_nexus.activities.mapping import Mapping
from carbon_nexus.activities.model import FIELD_OF, Kind

OURS = ("rejected_line", "reason")
"""Columns that our file of rejected rows adds; a mended file brings them back, and they tell nothing of the event."""

PAYLOAD = "payload"


def payloads(received: pl.DataFrame, work: pl.DataFrame, mapping: Mapping, *, converted: bool) -> pl.Series:
    """The row as received, as JSON text, where the event does not tell it in full; else null.

    Not told in full are columns we do not know, words that were spelled otherwise, and text read as missing; with
    `converted` also numbers of another unit. `work` has the typed fields, and their texts as `given:` and the name.
    """
    extra = [name for name in received.columns if name not in mapping.columns.values() and name not in OURS]
    lost = [received[name].str.strip_chars() != "" for name in extra]
    for name, column in mapping.columns.items():
        text, given = received[column].str.strip_chars(), work[f"given:{name}"]
        if given.null_count() > text.null_count():
            lost.append((text != "") & given.is_null())
        if FIELD_OF[name].kind is Kind.WORD:
            lost.append(text != work[name])
        if converted and name in mapping.units:
            lost.append(given.is_not_null())
    return _kept(received.drop(OURS, strict=False), lost)


def _kept(received: pl.DataFrame, lost: list[pl.Series]) -> pl.Series:
    nothing = pl.Series(PAYLOAD, [None], dtype=pl.String).new_from_index(0, received.height)
    if not lost:
        return nothing
    keep = pl.select(pl.any_horizontal(each.fill_null(False) for each in lost).alias("keep"))["keep"]
    if not keep.any():
        return nothing
    kept = received.filter(keep).select(pl.struct(pl.all()).struct.json_encode().alias(PAYLOAD))[PAYLOAD]
    return nothing.scatter(keep.arg_true(), kept)
