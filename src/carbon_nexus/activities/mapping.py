"""How received columns tell an event: which column is which field, in which unit, and how its texts are written."""

from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Decimal = Literal[".", ","]


class Dates(StrEnum):
    """The order of the parts of a date. ISO dates (2026-03-18, 2026/03/18) are read whatever the order is.

    EPOCH_S and EPOCH_MS are seconds and milliseconds since 1970 in UTC.
    """

    YMD = "YMD"
    DMY = "DMY"
    MDY = "MDY"
    EPOCH_S = "epoch_s"
    EPOCH_MS = "epoch_ms"


@dataclass(frozen=True)
class Mapping:
    """Complete instructions for reading rows; kept with an ingest job, and as a preset of a source.

    `columns`: field to received name. `units`: field to the unit its numbers are in, where that is not the field's
    own. `constants`: field to the text that holds for every row. `decimal`: the decimal sign of numbers. `zone`: the
    IANA time zone of times without an offset.
    """

    columns: Named[str, str]
    units: Named[str, str] = field(default_factory=dict)
    constants: Named[str, str] = field(default_factory=dict)
    decimal: Decimal = "."
    dates: Dates = Dates.YMD
    zone: str = "UTC"

    def to_json(self) -> dict[str, Any]:
        """As JSON, for a job or a preset."""
        return {
            "columns": dict(self.columns),
            "units": dict(self.units),
            "constants": dict(self.constants),
            "decimal": self.decimal,
            "dates": self.dates.value,
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, kept: Named[str, Any]) -> "Mapping":
        """What `to_json` made."""
        return cls(**{**kept, "dates": Dates(kept["dates"])})
