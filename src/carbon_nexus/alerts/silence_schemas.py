"""What the API takes and says about silences and mute timings."""

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from carbon_nexus.alerts.model import SilenceState
from carbon_nexus.alerts.muting import minute_of
from carbon_nexus.alerts.schemas import Words
from carbon_nexus.alerts.silencing import narrows
from carbon_nexus.alerts.spec import WEEKDAYS
from carbon_nexus.rules.model import Matcher
from carbon_nexus.rules.schemas import Conditions

MOST_INTERVALS = 50
MOST_TIMES = 24


def _narrow(matchers: list[Matcher]) -> list[Matcher]:
    if not narrows(matchers):
        raise ValueError("must have at least one condition that leaves something out, such as entity = plant-7")
    return matchers


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be a time zone of the IANA list, such as Europe/Berlin")
    ZoneInfo(name)
    return name


def _weekday(name: str) -> str:
    if name not in WEEKDAYS:
        raise ValueError(f"must be one of {', '.join(WEEKDAYS)}")
    return name


def _clock(text: str) -> str:
    minute_of(text)
    return text


def _not_zero(day: int) -> int:
    if day == 0:
        raise ValueError("must be 1 to 31, or -1 (the last day) to -31")
    return day


Narrow = Annotated[Conditions, AfterValidator(_narrow)]
Clock = Annotated[str, AfterValidator(_clock)]
Strict = ConfigDict(extra="forbid")


class SilencePreview(BaseModel):
    """Which alerts a silence would hold."""

    model_config = Strict

    matchers: Narrow = Field(description="All must hold, such as entity = plant-7 or severity != critical.")


class NewSilence(SilencePreview):
    """A silence to be made: who it holds, why, and until when."""

    reason: Words
    starts_at: AwareDatetime | None = Field(None, description="null, or a time that is over: now")
    ends_at: AwareDatetime = Field(description="after the start, at most 365 days; the end is not part of it")


class Silence(BaseModel):
    """A silence as stored."""

    id: int
    matchers: list[str]
    reason: str
    created_by: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    state: SilenceState


class Hit(BaseModel):
    """An open alert that the silence would hold."""

    id: int
    level: str
    state: str
    rule: str
    message: str


class Preview(BaseModel):
    """What a silence would hold: the open alerts that match, and how many there were lately."""

    open_alerts: list[Hit] = Field(description="at most 100")
    open_total: int
    last_7_days: int = Field(description="alerts of the last seven days that match, resolved ones too")


class Times(BaseModel):
    """Part of a day by the clock on the wall, without its end; what goes over midnight is two of them."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)

    from_: Clock = Field(alias="from", examples=["18:00"])
    to: Clock = Field(examples=["24:00"])

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if minute_of(self.from_) >= minute_of(self.to):
            raise ValueError(
                f"from {self.from_} must be before to {self.to}; write a night as 18:00 to 24:00 and 00:00 to 06:00"
            )
        return self


class IntervalSpec(BaseModel):
    """Days and times that recur; a list that is empty leaves nothing out."""

    model_config = Strict

    weekdays: list[Annotated[str, AfterValidator(_weekday)]] = Field(default_factory=list, max_length=7)
    days_of_month: list[Annotated[int, Field(ge=-31, le=31), AfterValidator(_not_zero)]] = Field(
        default_factory=list, max_length=62, description="1 to 31; -1 is the last day of the month"
    )
    months: list[Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=list, max_length=12)
    times: list[Times] = Field(default_factory=list, max_length=MOST_TIMES)


class MuteTimingSpec(BaseModel):
    """When alerts that match are not told: nights, weekends, days of maintenance."""

    model_config = Strict

    time_zone: Annotated[str, AfterValidator(_zone)] = Field(examples=["Europe/Berlin"])
    matchers: Conditions = Field(default_factory=list, description="All must hold; empty: every alert.")
    intervals: Annotated[list[IntervalSpec], Field(min_length=1, max_length=MOST_INTERVALS)]

    def stored(self) -> dict[str, Any]:
        """As JSON, with every key."""
        return self.model_dump(mode="json", by_alias=True)


class MuteTiming(MuteTimingSpec):
    """A mute timing as stored."""

    name: str
    created_at: datetime
    updated_at: datetime
    muted: bool = Field(description="whether it holds now")
    reason: str | None = Field(description="what it holds by; null: it does not")
