"""What a backtest is asked and what it answers."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots.backtest import TYPICAL, WARM_UP, Asked, Tally, kind
from carbon_nexus.hotspots.backtest_service import Backtested, Tried
from carbon_nexus.hotspots.model import Metric
from carbon_nexus.rules import durations
from carbon_nexus.rules.defaults import Defaults
from carbon_nexus.rules.model import Rule, RuleKind
from carbon_nexus.rules.refusals import Refused, entries, entry
from carbon_nexus.rules.schemas import Conditions, Duration, PolicySpec, Text, refuse_unwatched
from carbon_nexus.rules.terms import filled, to_spec

LAST = timedelta(days=90)
LONGEST = timedelta(days=3660)
EARLIEST = datetime(1970, 3, 1, tzinfo=UTC)  # no measurement is older, and a calendar has a beginning
MOST_LISTED = 200
WHERE = ("body",)


def _positive(duration: timedelta) -> timedelta:
    if not timedelta(0) < duration <= LONGEST:
        raise Refused(f"must be longer than nothing and at most {durations.written(LONGEST)}", "Write it like 90 d.")
    return duration


class BacktestRequest(BaseModel):
    """A policy, as in a rule, and what it is tried on; what is left out is that of the default rule, and all."""

    model_config = ConfigDict(extra="forbid")

    policy: PolicySpec = Field(default_factory=PolicySpec, examples=["{kind: adaptive, info: 1.1}"])
    entity: Text | None = Field(None, examples=["plant-7"])
    entity_type: Text | None = Field(None, examples=["factory"])
    event_type: Text | None = Field(None, examples=["factory"])
    match: Conditions = Field(
        default_factory=list,
        description="Conditions as in a rule; all must hold, beside what the fields above choose. Empty: everything.",
        examples=["[entity ~ plant-*]"],
    )
    metric: Metric = Field(Metric.INTENSITY, examples=["intensity"])
    from_: AwareDatetime | None = Field(None, alias="from", examples=["2026-01-01T00:00:00Z"])
    to: AwareDatetime | None = Field(None, description="null: now.", examples=["2026-04-01T00:00:00Z"])
    last: Annotated[Duration, AfterValidator(_positive)] | None = Field(
        None, description="The time before `to`, in place of `from`; 90 d where both are null.", examples=["90 d"]
    )

    @model_validator(mode="after")
    def _chooses_by_what_is_known_before(self) -> "BacktestRequest":
        refuse_unwatched(self.match, RuleKind.HOTSPOT)
        return self


class Frequency(BaseModel):
    """How often something stood out. An entity-week is a week in which one entity reports one type of event."""

    episodes: int
    by_severity: dict[str, int]
    by_entity: dict[str, int] = Field(description="The twenty with most episodes.")
    episodes_per_entity_week: float | None = Field(description="null: nobody reported.")
    days: int = Field(description="days on which an episode was going on, of each entity and type of event")
    days_per_entity_week: float | None
    excess_kg: float | None = Field(description="actual less typical of what stood out; null: not on record")


class Marked(BaseModel):
    """Hotspots of that time and those subjects that people marked, and those in whose time there is an episode."""

    useful: int
    useful_found: int
    recall: float | None = Field(description="useful_found of useful; null: none was marked useful.")
    not_a_problem: int
    opened_again: int = Field(description="of those marked not_a_problem")


class RuleFrequency(Frequency):
    """How often a policy would have found something; the kind ratio finds nothing in days (metric absolute)."""

    policy: PolicySpec
    marked: Marked

    @classmethod
    def of(cls, tried: Tried) -> "RuleFrequency":
        """What came of one policy."""
        rule = to_spec(Rule("tried", RuleKind.HOTSPOT, tried.policy))
        assert rule.policy is not None
        return cls(**asdict(tried.tally), policy=rule.policy, marked=Marked(**asdict(tried.marked)))


class BacktestEpisode(BaseModel):
    """An episode that the rule would have had."""

    entity: str
    entity_type: str
    event_type: str
    kind: str
    severity: str
    opened: datetime
    ended: datetime | None = Field(description="its last sign; null: it goes on at the end of the time")
    event_count: int
    excess_kg: float
    ratio: float = Field(description="actual / typical of its worst event")


class BacktestAnswer(BaseModel):
    """How often a rule would have fired, on what, beside the rule in force and the original's. Nothing was stored."""

    model_config = ConfigDict(validate_by_name=True)

    from_: datetime = Field(alias="from")
    to: datetime = Field(description="not part of it")
    warm_up_from: datetime = Field(description="learnt from here on, and judged from `from` on")
    metric: str
    typical: str = Field(description="What is taken for typical, by both policies that are replayed.")
    observations: int
    compared: int = Field(description="observations with a typical value; its series needs ten before it has one")
    entities: int
    entity_weeks: float
    reason: str | None = Field(description="why there is nothing to tell; null: there is")
    rule: RuleFrequency
    in_force: Frequency = Field(
        description="The hotspots on record of that time and those subjects. They were found beside the median of the"
        " eight weeks before, so the same rule replayed may differ in an episode's edges."
    )
    original: RuleFrequency
    episodes: list[BacktestEpisode] = Field(description="Of the rule, the newest 200.")

    @classmethod
    def of(cls, asked: Asked, found: Backtested) -> "BacktestAnswer":
        """What is told of a backtest."""
        newest = found.episodes.sort("opened", "entity", descending=[True, False]).head(MOST_LISTED)
        return cls(
            from_=asked.start,
            to=asked.end,
            warm_up_from=asked.start - WARM_UP,
            metric=asked.metric,
            typical=TYPICAL,
            observations=found.observations,
            compared=found.compared,
            entities=found.entities,
            entity_weeks=found.entity_weeks,
            reason=_reason(found),
            rule=RuleFrequency.of(found.rule),
            in_force=_frequency(found.in_force),
            original=RuleFrequency.of(found.original),
            episodes=[_episode(row, asked.metric) for row in newest.iter_rows(named=True)],
        )


MODELS: dict[str, type[BaseModel]] = {"": BacktestRequest, "policy": PolicySpec}


def read(sent: Any, defaults: Defaults, now: datetime) -> Asked:
    """The backtest of a mapping of keys. Raises InvalidInput with all problems."""
    try:
        request = BacktestRequest.model_validate(sent)
        start, end = _span(request, now)
        policy = filled(request.policy, defaults.policy(request.policy.kind), ("policy",))
    except ValidationError as invalid:
        raise InvalidInput(list(entries(None, WHERE, invalid, MODELS))) from None
    except Refused as refused:
        raise InvalidInput([entry(None, WHERE, refused.at, refused.value, refused)]) from None
    who = (request.entity, request.entity_type, request.event_type)
    return Asked(policy, request.metric, start, end, *who, tuple(request.match))


def _utc(moment: datetime, at: str) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Refused("is a moment that no date in UTC can say", "Correct it.", (at,), moment.isoformat()) from None


def _span(request: BacktestRequest, now: datetime) -> tuple[datetime, datetime]:
    end = _utc(request.to or now, "to")
    if request.from_ is not None and request.last is not None:
        rule = "does not go with last, which tells the same"
        raise Refused(rule, "Leave one of them out.", ("from",), request.from_)
    if end < EARLIEST:
        raise Refused(f"must be {EARLIEST:%Y-%m-%d} or later", "Correct it.", ("to",), end)
    start = max(EARLIEST, end - (request.last or LAST)) if request.from_ is None else _utc(request.from_, "from")
    if not max(EARLIEST, end - LONGEST) <= start < end:
        rule = f"must be before to, {end:%Y-%m-%d %H:%M} UTC, by {durations.written(LONGEST)} at most, and in 1970-03"
        raise Refused(f"{rule} or later", "Correct one of the two.", ("from",), start)
    return start, end


def _frequency(told: Tally) -> Frequency:
    return Frequency(**asdict(told))


def _reason(found: Backtested) -> str | None:
    if not found.observations:
        return "nobody chosen reported in that time"
    return None if found.compared else "no series has the ten observations that a typical value needs"


def _episode(row: dict[str, Any], metric: Metric) -> BacktestEpisode:
    told = {name: row[name] for name in BacktestEpisode.model_fields if name in row}
    ended = None if row["active"] else row["ended"]
    return BacktestEpisode(**told | {"kind": kind(row, metric), "ended": ended})
