"""How many alerts each view of the inbox has. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from carbon_nexus.alerts.model import State


@dataclass(frozen=True, slots=True)
class Alike:
    """So many alerts (`count`) that are the same in this; the flags of resolved ones are not looked at, and false."""

    level: str
    state: str
    acknowledged: bool
    silenced: bool
    count: int

    @property
    def is_open(self) -> bool:
        """Whether they can still change by themselves."""
        return self.state != State.RESOLVED


VIEWS: Mapping[str, Callable[[Alike], bool]] = {
    "open": lambda alike: alike.is_open,
    "firing": lambda alike: alike.state == State.FIRING and not alike.acknowledged and not alike.silenced,
    "pending": lambda alike: alike.state == State.PENDING,
    "acknowledged": lambda alike: alike.is_open and alike.acknowledged,
    "recovering": lambda alike: alike.state == State.RECOVERING,
    "no_data": lambda alike: alike.state == State.NO_DATA,
    "silenced": lambda alike: alike.is_open and alike.silenced,
    "resolved": lambda alike: not alike.is_open,
}
"""Which alerts a view has; one alert can be in several. The list has the same by its filters, see docs/alerts.md."""


def inbox(found: Iterable[Alike]) -> dict[str, int]:
    """The number of alerts in each view."""
    groups = list(found)
    return {name: sum(alike.count for alike in groups if holds(alike)) for name, holds in VIEWS.items()}
