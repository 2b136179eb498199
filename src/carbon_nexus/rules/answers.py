"""What the routes and commands of this room answer."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from carbon_nexus.rules.plan import Plan
from carbon_nexus.rules.schemas import RuleSpec


class RuleAnswer(RuleSpec):
    """A rule, and since when; `built_in`: the default that no stored rule has replaced."""

    model_config = ConfigDict(extra="ignore")

    built_in: bool
    created_at: datetime | None = Field(description="null of the built-in rule.")
    updated_at: datetime | None


class Applied(BaseModel):
    """What a set of rules changed, or would change, by name."""

    dry_run: bool
    created: list[str]
    changed: list[str]
    unchanged: list[str]
    removed: list[str]
    differences: dict[str, dict[str, Any]] = Field(
        description="Of each changed rule the keys that differ, before and after."
    )

    @classmethod
    def of(cls, planned: Plan, dry_run: bool) -> "Applied":
        """What a plan changes."""
        return cls(
            dry_run=dry_run,
            created=[each["name"] for each in planned.created],
            changed=[after["name"] for _, after in planned.changed],
            unchanged=[each["name"] for each in planned.unchanged],
            removed=[each["name"] for each in planned.removed],
            differences=planned.differences(),
        )


class SubjectFacts(BaseModel):
    """Whose emissions are compared: an entity, by one type of event and one measure."""

    entity: str
    entity_type: str
    event_type: str
    metric: str


class RulePreview(BaseModel):
    """Whom a rule would govern, of the subjects that have a baseline."""

    count: int
    subjects: list[SubjectFacts] = Field(description="The first hundred, by name.")
