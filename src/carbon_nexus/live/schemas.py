"""What a client may say on the native WebSocket."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from carbon_nexus.live.model import Channel

LARGEST_SEQ = 2**63 - 1
Channels = Annotated[list[Channel], Field(min_length=1, max_length=2 * len(Channel))]


class Asked(BaseModel):
    """One of subscribe (with since), unsubscribe and ping."""

    model_config = ConfigDict(extra="forbid")

    subscribe: Channels | None = None
    since: Annotated[int, Field(ge=0, le=LARGEST_SEQ, strict=True)] | None = None
    unsubscribe: Channels | None = None
    ping: Annotated[int, Field(ge=-LARGEST_SEQ, le=LARGEST_SEQ, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_wish(self) -> Self:
        if sum(each is not None for each in (self.subscribe, self.unsubscribe, self.ping)) != 1:
            raise ValueError("one of subscribe, unsubscribe and ping is wanted")
        if self.since is not None and self.subscribe is None:
            raise ValueError("since goes with subscribe")
        return self
