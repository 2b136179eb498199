"""What the routes of this room take and answer, and the preview of a file before anything is stored."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from carbon_nexus.activities.mapping import Dates, Decimal
from carbon_nexus.activities.model import LONGEST_TEXT
from carbon_nexus.mappings.model import By, Recognised, Told

_LONGEST_NAME = 1_000  # characters of a received column name


def _usable(text: str) -> str:
    if "\x00" in text:  # PostgreSQL stores any character but this one
        raise ValueError("must not contain a NUL character")
    return text


def _trimmed(text: str) -> str:
    if text != text.strip():
        raise ValueError("must not begin or end with white space")
    return text


Source = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_usable), AfterValidator(_trimmed)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_usable)]
Name = Annotated[str, Field(max_length=_LONGEST_NAME), AfterValidator(_usable)]


class PresetFacts(BaseModel):
    """How files of a source are read. What is left out is found out from each file's names and values."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[Text, Name] = Field(
        default_factory=dict, description="Field to column name; an empty name: the field is not in the files."
    )
    units: dict[Text, Text] = Field(default_factory=dict, description="Field to the unit its numbers are in.")
    constants: dict[Text, Text] = Field(default_factory=dict, description="Field to the text that holds for every row.")
    decimal: Decimal | None = Field(None, description="The decimal sign of numbers.")
    dates: Dates | None = Field(None, description="The order of the parts of a date, or seconds since 1970.")
    zone: Text | None = Field(None, description="IANA time zone of times without an offset, such as Europe/Berlin.")

    def told(self) -> Told:
        """The same as the room's own words."""
        return Told(**{name: getattr(self, name) for name in PresetFacts.model_fields})


class MappingPreset(PresetFacts):
    """The stored preset of a source; null: found out from each file."""

    model_config = ConfigDict(extra="ignore")

    id: int
    source: str
    created_at: datetime
    updated_at: datetime


class ColumnFacts(BaseModel):
    """What became of one received column."""

    name: str
    field: str | None = Field(description="null: not a field of an event; it is kept in the raw event as it came.")
    by: By | None = Field(
        description="How it was found: told, by a preset, by its name, or by a synonym or unit in it."
    )
    unit: str | None = Field(description="The unit its numbers are in.")
    scale: float | None = Field(description="value * scale + offset is in the field's own unit.")
    offset: float | None
    samples: list[str] = Field(description="The first few different values, as they came.")
    filled_pct: float | None = Field(description="Share of the rows looked at that have a value, percent.")


class MappingFound(BaseModel):
    """The complete mapping, as it is kept with the job."""

    columns: dict[str, str]
    units: dict[str, str]
    constants: dict[str, str]
    decimal: Decimal
    dates: Dates
    zone: str


class Preview(BaseModel):
    """How a file would be read; nothing is stored."""

    mapping: MappingFound | None = Field(description="null: something is missing, see problems.")
    columns: list[ColumnFacts]
    rows_looked_at: int
    notes: list[str] = Field(description="What was assumed.")
    problems: list[dict[str, Any]] = Field(description="What has to be told or corrected before the file can go in.")


def preview(recognised: Recognised) -> Preview:
    """What was recognised, as an answer."""
    mapping = recognised.mapping
    return Preview(
        mapping=MappingFound.model_validate(mapping.to_json()) if mapping else None,
        columns=[ColumnFacts(**vars(each) | {"samples": list(each.samples)}) for each in recognised.columns],
        rows_looked_at=recognised.rows_looked_at,
        notes=list(recognised.notes),
        problems=list(recognised.problems),
    )
