"""What the routes of this room take and answer."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from carbon_nexus.notifications.model import ReceiverKind, Status

LONGEST_NAME, LONGEST_URL, LONGEST_SECRET = 100, 2000, 100
UNUSABLE = re.compile(r"[\x00-\x1f\x7f]")


def _usable(text: str) -> str:
    if UNUSABLE.search(text) or text != text.strip():
        raise ValueError("must not begin or end with white space, or contain control characters")
    return text


def _no_slash(name: str) -> str:
    if "/" in name:  # it is a part of the path
        raise ValueError("must not contain a slash")
    return name


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_usable), AfterValidator(_no_slash)]


class ReceiverFacts(BaseModel):
    """What is told about a receiver."""

    model_config = ConfigDict(extra="forbid")

    kind: ReceiverKind = Field(description="apprise (email, Slack, Teams and the rest) or webhook")
    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(_usable)] = Field(
        description="An address of Apprise, such as mailto://..., or the https:// address of a webhook. Never shown."
    )
    signing_secret: Annotated[str, StringConstraints(max_length=LONGEST_SECRET)] | None = Field(
        None, description="Of a webhook: whsec_ and 24 to 64 bytes in base64. Left out: it is kept, or made."
    )
    send_resolved: Annotated[bool, Field(strict=True)] = Field(True, description="Tell the end of alerts as well.")
    enabled: Annotated[bool, Field(strict=True)] = Field(True, description="false: told nothing but tests.")


class Receiver(BaseModel):
    """A stored receiver; its address and its secret are not shown."""

    id: int
    name: str
    kind: ReceiverKind
    url: str = Field(description="scheme and host of the address")
    signed: bool = Field(description="whether it has a signing secret")
    send_resolved: bool
    enabled: bool
    created_at: datetime
    updated_at: datetime


class StoredReceiver(Receiver):
    """The answer to a change of a receiver."""

    signing_secret: str | None = Field(description="only when it was just made: this is the only time it is shown")


class Delivery(BaseModel):
    """One message to one receiver, and what became of it."""

    id: int
    receiver: str
    group_key: str = Field(description="rule and values of its group_by, as JSON; or test")
    reason: str = Field(description="new alerts, level risen, resolved, repeated, test or again")
    status: Status
    attempts: int
    http_status: int | None = Field(description="of the last answer")
    error: str | None = Field(description="of the last attempt")
    alert_count: int
    created_at: datetime
    attempted_at: datetime | None
    delivered_at: datetime | None


class Content(BaseModel):
    """What a message says."""

    title: str
    text: str
    event: dict[str, Any] = Field(description="CloudEvents 1.0; the body of a webhook")


class DeliveryWithMessage(Delivery):
    """A delivery with what it says."""

    alert_ids: list[int]
    message: Content
