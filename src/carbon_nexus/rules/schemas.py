"""How a rule is written: its keys, their bounds, and what belongs together."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from carbon_nexus.rules import durations, match
from carbon_nexus.rules.defaults import DEFAULT
from carbon_nexus.rules.match import LABELS
from carbon_nexus.rules.model import Matcher, PolicyKind, RuleKind
from carbon_nexus.rules.refusals import Refused

MOST_RULES = 500  # of a tenant
MOST_IN_A_LIST = 50
LONGEST_TEXT = 200

WATCHED: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.HOTSPOT: ("entity", "entity_type", "event_type", "metric"),
    RuleKind.MISSING_DATA: ("entity", "entity_type", "event_type", "source"),
    RuleKind.DATA_QUALITY: ("source",),
    RuleKind.BUDGET: ("entity", "entity_type", "event_type"),
    RuleKind.FORECAST: ("entity", "entity_type", "event_type"),
}
"""By which labels each kind of rule can choose who is watched: those that are known before anything is found."""


def _usable(text: str) -> str:
    if "\x00" in text:  # PostgreSQL stores any character but this one
        raise Refused("must not contain a NUL character", "Leave it out.")
    if text != text.strip():
        raise Refused("must not begin or end with white space", "Trim it.")
    return text


def _matcher(value: Any) -> Matcher:
    if isinstance(value, Matcher):
        return value
    if not isinstance(value, str):
        raise Refused("must be a text", "Write it like entity = plant-7.")
    return match.parse(value)


def _web_address(text: str) -> str:
    try:
        usable = text.isprintable() and " " not in text and bool(urlsplit(text).hostname)
    except ValueError:  # half a bracket of an IPv6 address
        usable = False
    if not usable or urlsplit(text).scheme not in ("http", "https"):  # people click on it: no javascript:
        raise Refused("must be a web address", "Write it like https://wiki.example.com/carbon/plant-7.")
    return text


def _each_once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _within(shortest: timedelta, longest: timedelta) -> AfterValidator:
    def check(duration: timedelta) -> timedelta:
        if not shortest <= duration <= longest:
            rule = f"must be {durations.written(shortest)} to {durations.written(longest)}"
            raise Refused(rule, "Choose one of these or one between.")
        return duration

    return AfterValidator(check)


Name = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._-]*$", examples=["plants"]),
]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_usable)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Ratio = Annotated[Number, Field(gt=0, le=1000)]
Yes = Annotated[bool, Field(strict=True)]
Label = Literal["entity", "entity_type", "event_type", "metric", "kind", "severity", "rule", "source", "period"]
Labels = Annotated[list[Label], Field(max_length=len(LABELS)), AfterValidator(_each_once)]
Condition = Annotated[
    Matcher,
    BeforeValidator(_matcher),
    PlainSerializer(match.written, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["entity = plant-7", "entity ~ plant-*"]}),
]
Conditions = Annotated[list[Condition], Field(max_length=MOST_IN_A_LIST), AfterValidator(_each_once)]
Duration = Annotated[
    timedelta,
    BeforeValidator(durations.read),
    PlainSerializer(durations.written, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "examples": ["30 min", "24 h", "PT30M", 1800]}),
]
Quiet = Annotated[Duration, _within(timedelta(0), timedelta(days=90))]
Pending = Annotated[Duration, _within(timedelta(0), timedelta(days=30))]
Repeat = Annotated[Duration, _within(timedelta(minutes=5), timedelta(days=30))]


class PolicySpec(BaseModel):
    """When something stands out. What is left out is filled in: in `policy` by the defaults of its kind when the rule
    is stored, in `overrides` by the rule's own policy.
    """

    model_config = ConfigDict(extra="forbid")

    kind: PolicyKind | None = Field(None, description="null: of the kind of the default rule.", examples=["adaptive"])
    info: Ratio | None = Field(None, description="Smallest actual / typical of info.", examples=[1.1])
    warn: Ratio | None = Field(None, description="Smallest actual / typical of warn.", examples=[1.25])
    critical: Ratio | None = Field(None, description="Smallest actual / typical of critical.", examples=[1.5])
    false_alarms_per_week: Annotated[Number, Field(ge=0.001, le=10)] | None = Field(
        None,
        alias="false_alarms_per_entity_week",
        description="How often a week chance alone may raise an alarm, of each entity; adaptive only.",
        examples=[0.1],
    )
    clear_ratio: Ratio | None = Field(
        None, description="Below it an event is no sign that the episode goes on; at most info.", examples=[1.05]
    )
    keep_firing_for: Quiet | None = Field(
        None, description="Reports without a sign for so long end the episode.", examples=["24 h"]
    )
    min_excess_kg: Annotated[Number, Field(ge=0, le=1e12)] | None = Field(
        None, description="Smallest excess of one event, kg CO2e.", examples=[50]
    )

    @model_serializer(mode="wrap")
    def _told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if value is not None}


class BudgetSpec(BaseModel):
    """An amount that the emissions of those watched must not pass within each calendar period (UTC)."""

    model_config = ConfigDict(extra="forbid")

    amount_kg: Annotated[Number, Field(gt=0, le=1e15)] = Field(description="kg CO2e.", examples=[12000])
    period: Literal["day", "week", "month"] = Field(examples=["month"])
    warn_share: Annotated[Number, Field(gt=0, le=1)] = Field(
        0.8, description="Share of the amount from which it is warn; the whole is critical.", examples=[0.8]
    )


class ForecastSpec(BaseModel):
    """What is to be told before it happens: a day far above its typical emissions, or a target that will be passed."""

    model_config = ConfigDict(extra="forbid")

    against: Literal["typical", "target"] = Field(examples=["target"])
    chance: Annotated[Number, Field(ge=0.5, le=0.95)] = Field(
        0.8, description="It is told from this chance on.", examples=[0.8]
    )
    within_days: Annotated[int, Field(strict=True, ge=1, le=31)] = Field(
        7, description="How far to look ahead; today is the first day.", examples=[7]
    )
    ratio: Ratio | None = Field(
        None, description="Forecast / typical of a day that is told, 1.25 unless told; typical only.", examples=[1.25]
    )

    @model_validator(mode="after")
    def _ratio_is_to_typical(self) -> "ForecastSpec":
        if self.against == "target" and self.ratio is not None:
            raise Refused("does not belong to a forecast against a target", "Leave it out.", ["ratio"], self.ratio)
        if self.against == "typical" and self.ratio is None:
            self.ratio = 1.25
        return self


class InhibitionSpec(BaseModel):
    """Alerts of the rule wait while an open alert that matches has the same values of the labels in `equal`."""

    model_config = ConfigDict(extra="forbid")

    match: Annotated[Conditions, Field(min_length=1)] = Field(examples=["[severity = critical]"])
    equal: Labels = Field(default_factory=list, examples=["[entity]"])


def refuse_unwatched(conditions: Sequence[Matcher], kind: RuleKind) -> None:
    """Raises Refused at the first condition by whose label no rule of this kind can choose who is watched."""
    for number, each in enumerate(conditions):
        if each.label not in WATCHED[kind]:
            rule = f"cannot choose who is watched by {each.label}, which is known only of what was found"
            remedy = f"Kind {kind} matches by {', '.join(WATCHED[kind])}."
            raise Refused(rule, remedy, ["match", number], match.written(each))


class RuleFacts(BaseModel):
    """What is watched, what counts, and how it is told: all keys of a rule but its name."""

    model_config = ConfigDict(extra="forbid")

    kind: RuleKind = Field(RuleKind.HOTSPOT, examples=["hotspot"])
    match: Conditions = Field(
        default_factory=list, description="All must hold; empty: everything.", examples=["[entity ~ plant-*]"]
    )
    policy: PolicySpec | None = Field(
        None, description="Of kind hotspot; null: that of the default rule.", examples=["{warn: 1.3, critical: 2}"]
    )
    overrides: Annotated[dict[Text, PolicySpec], Field(max_length=MOST_IN_A_LIST)] = Field(
        default_factory=dict, description="Policies of single entities.", examples=["{plant-7: {critical: 2}}"]
    )
    pending_for: Pending = Field(
        timedelta(0), alias="for", description="The condition holds so long before it fires.", examples=["30 min"]
    )
    keep_firing_for: Quiet = Field(
        timedelta(0), description="The alert stays so long after its condition is gone.", examples=["24 h"]
    )
    group_by: Labels = Field(
        default_factory=list, description="Alerts that agree in these labels are told together.", examples=["[entity]"]
    )
    repeat_interval: Repeat = Field(
        timedelta(hours=12), description="It is told again so often while it fires.", examples=["12 h"]
    )
    runbook_url: Annotated[Text, AfterValidator(_web_address)] | None = Field(
        None, description="What to do about it.", examples=["https://wiki.example.com/carbon/plant-7"]
    )
    receivers: Annotated[list[Text], Field(max_length=MOST_IN_A_LIST), AfterValidator(_each_once)] = Field(
        default_factory=list, description="Names of receivers; empty: nobody is told.", examples=["[operations]"]
    )
    inhibited_by: InhibitionSpec | None = Field(None, examples=["{match: [severity = critical], equal: [entity]}"])
    budget: BudgetSpec | None = Field(
        None, description="Of kind budget, which needs it.", examples=["{amount_kg: 12000, period: month}"]
    )
    forecast: ForecastSpec | None = Field(
        None, description="Of kind forecast, which needs it.", examples=["{against: target, chance: 0.8}"]
    )
    min_score: Annotated[Number, Field(ge=0, le=100)] | None = Field(
        None, description="Of kind data_quality, which needs it: below it the rule speaks.", examples=[80]
    )
    enabled: Yes = Field(True, examples=["true"])

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "RuleFacts":
        own = {"policy": RuleKind.HOTSPOT, "overrides": RuleKind.HOTSPOT}
        own |= {"budget": RuleKind.BUDGET, "min_score": RuleKind.DATA_QUALITY, "forecast": RuleKind.FORECAST}
        for key, kind in own.items():
            told = getattr(self, key)
            if told not in (None, {}) and self.kind is not kind:
                raise Refused(f"does not belong to a rule of kind {self.kind}", f"Leave it out; {kind} has it.", [key])
            if told is None and self.kind is kind and key != "policy":
                raise Refused(f"is missing: kind {kind} needs it", "Give it.", [key])
        refuse_unwatched(self.match, self.kind)
        return self


class RuleSpec(RuleFacts):
    """A rule as it is written, stored and shown."""

    name: Name = Field(description="Lower-case letters, digits and . _ - after the first.", examples=["plants"])

    @model_validator(mode="after")
    def _default_is_the_last_resort(self) -> "RuleSpec":
        if self.name == DEFAULT:
            for key, fits in (
                ("kind", self.kind is RuleKind.HOTSPOT),
                ("match", not self.match),
                ("enabled", self.enabled),
            ):
                if not fits:
                    rule = "is not free: the rule named default governs whatever no other rule does"
                    raise Refused(rule, f"Leave {key} out, or give the rule another name.", [key])
        return self


MODELS: dict[str, type[BaseModel]] = {
    "": RuleSpec,
    "policy": PolicySpec,
    "overrides": PolicySpec,
    "budget": BudgetSpec,
    "forecast": ForecastSpec,
    "inhibited_by": InhibitionSpec,
}
"""What stands under a key of a rule; under the empty one the rule itself."""
