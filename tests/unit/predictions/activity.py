"""One event of each type with what the ml-engine's contract asks for, and a prediction as the original gives it."""

from typing import Any

import polars as pl

LEG = {
    "event_type": "logistics",
    "distance_km": 120.0,
    "load_kg": 450.0,
    "vehicle_type": "truck",
    "fuel_type": "diesel",
}
SHIFT = {"event_type": "factory", "energy_kwh": 5200.0, "shift_hours": 8.0}
ROUND = {"event_type": "delivery", "distance_km": 40.0, "vehicle_type": "van", "delivery_count": 10}
STORE = {"event_type": "warehouse", "temperature": 20.0, "energy_kwh": 830.0}
PREDICTION = {"co2_kg": 30.58, "model_version": "v1", "confidence": 0.85}


def frame(*events: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(events), infer_schema_length=None)
