"""The words of a scan."""

from dataclasses import dataclass, field

import polars as pl

from carbon_nexus.hotspots.model import HotspotChange

BATCH_EVENTS = 100_000  # about 60 MB of columns; bounds memory and the length of one transaction
CLAIMED_ROWS = 1_000  # backlog rows looked at in one batch: single events leave one row each

UNNAMED = "unnamed"  # stands for the entity of an event whose supplier is an empty text: another program's

EVENT_SCHEMA = {
    "event_id": pl.Int64,
    "event_type": pl.String,
    "supplier_id": pl.String,
    "event_time": pl.Datetime("us", "UTC"),
    "vehicle_type": pl.String,
    "fuel_type": pl.String,
    "route_id": pl.String,
    "warehouse_id": pl.String,
    "factory_id": pl.String,
    **dict.fromkeys(("distance_km", "load_kg", "speed", "energy_kwh", "fuel_litres"), pl.Float64),
    **dict.fromkeys(("furnace_usage", "cooling_load", "shift_hours", "temperature"), pl.Float64),
    **dict.fromkeys(("refrigeration_load", "inventory_volume", "traffic_score"), pl.Float64),
    "stop_events": pl.Int64,
    "delivery_count": pl.Int64,
    "idle_hours": pl.Float64,
    "gas_kwh": pl.Float64,
    "furnace_unit": pl.String,
    "period_hours": pl.Float64,
}


@dataclass(frozen=True)
class ScanResult:
    """What a scan did: events estimated and compared, hotspots opened or escalated, alerts raised.

    `uncompared` events have an estimate, but their entity has no sufficient baseline. `late` are entities with events
    of the baseline's window that are older than what the entity had already reported; `entities` all that were scanned.
    """

    events: int = 0
    estimated: int = 0
    uncompared: int = 0
    alerts: int = 0
    changes: list[HotspotChange] = field(default_factory=list)
    late: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()

    def __add__(self, other: "ScanResult") -> "ScanResult":
        return ScanResult(
            self.events + other.events,
            self.estimated + other.estimated,
            self.uncompared + other.uncompared,
            self.alerts + other.alerts,
            self.changes + other.changes,
            self.late | other.late,
            self.entities | other.entities,
        )

    @property
    def hotspot_ids(self) -> list[int]:
        """Ids of the hotspots that were opened or escalated, each once, in order."""
        return list(dict.fromkeys(change.hotspot_id for change in self.changes))
