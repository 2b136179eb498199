"""The words of the room: what a caller tells, what was found in each column, and the mapping that comes of both."""

from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from typing import Any, Literal

from carbon_nexus.activities.mapping import Dates, Decimal, Mapping
from carbon_nexus.activities.model import shown
from carbon_nexus.errors import InvalidInput

Noun = Literal["column", "field"]
By = Literal["told", "preset", "name", "synonym"]
SENT_IN: dict[Noun, str] = {"column": "file", "field": "body"}
NOT_THERE = ""
"""Told as the column of a field: the field is not in the file, whatever the names look like."""


@dataclass(frozen=True)
class Told:
    """What a caller says about a file, or a preset about the files of a source; what is left out is found out.

    `columns`: field to received name (NOT_THERE: it has none). `units`: field to unit. `constants`: field to the text
    that holds for every row. `zone`: IANA name. `of_preset`: what of it a preset told, as
    ("columns" or "units", field).
    """

    columns: Named[str, str] = field(default_factory=dict)
    units: Named[str, str] = field(default_factory=dict)
    constants: Named[str, str] = field(default_factory=dict)
    decimal: Decimal | None = None
    dates: Dates | None = None
    zone: str | None = None
    of_preset: frozenset[tuple[str, str]] = frozenset()

    def over(self, preset: "Told | None") -> "Told":
        """Both, field by field: the caller's word counts, and the preset's where the caller says nothing.

        A unit of the preset does not outlive its column, nor its constant a column the caller names.
        """
        if preset is None:
            return self
        own = {*self.columns, *self.constants}
        columns = {name: column for name, column in preset.columns.items() if name not in own}
        units = {name: unit for name, unit in preset.units.items() if name not in {*own, *self.units}}
        constants = {name: text for name, text in preset.constants.items() if name not in own}
        return Told(
            columns={**columns, **self.columns},
            units={**units, **self.units},
            constants={**constants, **self.constants},
            decimal=self.decimal or preset.decimal,
            dates=self.dates or preset.dates,
            zone=self.zone or preset.zone,
            of_preset=frozenset((*(("columns", name) for name in columns), *(("units", name) for name in units))),
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON, for a preset."""
        return {
            "columns": dict(self.columns),
            "units": dict(self.units),
            "constants": dict(self.constants),
            "decimal": self.decimal,
            "dates": self.dates.value if self.dates else None,
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, kept: Named[str, Any]) -> "Told":
        """What `to_json` made."""
        return cls(**{**kept, "dates": Dates(kept["dates"]) if kept["dates"] else None})


@dataclass(frozen=True)
class ColumnFacts:
    """What became of one received column, with what shows whether that is right.

    `field` is null where the column is not known; it is then kept in the raw event. value * `scale` + `offset` is in
    the field's own unit. `samples`: the first few different values. `filled_pct`: null where no row was looked at.
    """

    name: str
    field: str | None = None
    by: By | None = None
    unit: str | None = None
    scale: float | None = None
    offset: float | None = None
    samples: tuple[str, ...] = ()
    filled_pct: float | None = None


@dataclass(frozen=True)
class Recognised:
    """How the rows are to be read, and why. `mapping` is null where it is only half of one: see `problems`.

    `columns`: in the order received. `notes`: what was assumed. `problems`: entries in the shape of a validation error
    of the API, with rule and remedy.
    """

    mapping: Mapping | None
    columns: tuple[ColumnFacts, ...]
    rows_looked_at: int
    notes: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()

    def required(self) -> Mapping:
        """The mapping. Raises InvalidInput with all problems where it is only half of one."""
        if self.mapping is None:
            remedy = "Nothing was stored. Correct the names, or say how they are to be read, and send it again."
            raise InvalidInput(list(self.problems), remedy)
        return self.mapping


def problem(kind: str, loc: tuple[str, ...], value: str | None, rule: str, remedy: str, subject: str) -> dict[str, Any]:
    """An entry about `subject` ("Column 'Gewicht'"): which rule the value breaks, and what to do."""
    return {
        "type": kind,
        "loc": [str(shown(part)) for part in loc],
        "msg": f"{subject} {rule}. {remedy}",
        "input": shown(value),
        "rule": rule,
        "remedy": remedy,
    }


def column_problem(kind: str, noun: Noun, name: str, rule: str, remedy: str) -> dict[str, Any]:
    """An entry about a received name."""
    return problem(kind, (SENT_IN[noun], name), name, rule, remedy, f"{noun.capitalize()} '{shown(name)}'")
