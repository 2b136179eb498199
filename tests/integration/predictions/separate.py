"""A separate ml-engine of the tests: a real HTTP server that tells by its version, or what a test wants."""

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from tests.answering import Answer, Call
from tests.integration.predictions.scanned import Row

PAUSE_SECONDS = 30.0


@dataclass
class Theirs:
    """An engine: kg by its version, what it was asked, call by call, and the estimator that asks it."""

    version: str = "v1"
    down: bool = False
    tell: Callable[[str, Row], Row] | None = None
    asked: list[tuple[str, list[Row]]] = field(default_factory=list)
    estimator: Estimator = EMBEDDED
    now: float = 0.0  # of the breaker

    def answer(self, call: Call) -> Answer:
        if self.down:
            return Answer(b"", 503)
        event_type, items = call.path.rpartition("/")[2], orjson.loads(call.body)["predictions"]
        self.asked.append((event_type, items))
        told = self.tell or self.by_version
        return Answer({"results": [{"prediction": None, "error": None} | told(event_type, item) for item in items]})

    def by_version(self, event_type: str, item: Row) -> Row:
        return {"prediction": {"co2_kg": kg(item, self.version), "model_version": self.version, "confidence": 0.5}}

    def counts(self) -> dict[str, int]:
        """How many events of each type it was asked about since the last time."""
        found: dict[str, int] = {}
        for event_type, items in self.asked:
            found[event_type] = found.get(event_type, 0) + len(items)
        self.asked.clear()
        return found


def kg(item: Row, version: str) -> float:
    size = item.get("distance_km") or item.get("route_length") or item.get("inventory_volume") or 1.0
    return float(size) * int(version.removeprefix("v"))
