"""What the API takes and says about alerts."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from carbon_nexus.alerts.model import State
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.rules.schemas import Text

MOST_AT_ONCE = 100
LONGEST_COMMENT = 2000

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_COMMENT, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class Alert(BaseModel):
    """The conversation about one thing that a rule watches: one is open at a time, and its level can rise."""

    id: int
    level: str = Field(description="info, warn or critical; never falls while the alert is open")
    message: str
    hotspot_id: int | None = Field(description="null: it is about no hotspot")
    created_at: datetime
    acknowledged: bool
    acknowledged_at: datetime | None
    kind: str = Field(description="of the rule: hotspot, missing_data, data_quality or budget")
    rule: str
    fingerprint: str = Field(description="of the rule and what it is about")
    labels: dict[str, str]
    entity: str | None = Field(description="one of the labels; null: it is about no single entity")
    entity_type: str | None
    event_type: str | None
    state: State
    state_reason: str
    state_since: datetime
    fired_at: datetime | None = Field(description="null: it has not fired yet")
    resolved_at: datetime | None
    runbook_url: str | None
    acknowledged_by: str | None
    assignee: str | None
    silenced_by: list[int] = Field(description="ids of silences")
    inhibited_by: list[int] = Field(description="ids of alerts")
    muted_by: list[str] = Field(description="names of mute timings")
    quiet: bool = Field(description="silenced, inhibited or muted: nobody is told")


class Inbox(BaseModel):
    """How many alerts each view of the inbox has; one alert can be in several."""

    open: int = Field(description="all but the resolved ones")
    firing: int = Field(description="that nobody has taken note of and no silence holds")
    pending: int
    acknowledged: int = Field(description="open ones that somebody has taken note of")
    recovering: int
    no_data: int
    silenced: int = Field(description="open ones that a silence holds")
    resolved: int


class AlertStats(BaseModel):
    """Counts of alerts by level and by state, resolved ones too, and of the views of the inbox."""

    total: int
    by_level: dict[str, int]
    by_state: dict[str, int]
    inbox: Inbox


class AlertEvent(BaseModel):
    """One line of an alert's timeline."""

    id: int
    at: datetime
    action: str = Field(
        description="state, level, episode, acknowledged, unacknowledged, assigned, comment, silenced, inhibited, muted"
    )
    before: str | None
    after: str | None
    reason: str = Field(description="why; of a comment its text")
    actor: str = Field(description="a key's digest, `local`, or what acted by itself: scan, evaluation")


class Note(BaseModel):
    """Why, for the timeline; may be left out."""

    model_config = ConfigDict(extra="forbid")

    note: Words | None = None


class Assignment(Note):
    """Who is to look after it; null: nobody."""

    assignee: Text | None


class Comment(BaseModel):
    """Something to say about it."""

    model_config = ConfigDict(extra="forbid")

    text: Words


class ManyAlerts(Note):
    """Alerts to acknowledge together."""

    ids: Ids


class AssignTogether(Assignment):
    """Alerts that one person is to look after; null: nobody."""

    ids: Ids


class AlertLeft(BaseModel):
    """An alert that was left as it is, and why."""

    id: int
    reason: str


class ManyAcknowledged(BaseModel):
    """What became of each."""

    acknowledged: list[int]
    refused: list[AlertLeft]


class AssignedTogether(BaseModel):
    """What became of each."""

    assigned: list[int]
    refused: list[AlertLeft]
