"""A full profile, and where one is."""

from urllib.parse import quote

FULL = {
    "operator": "purchased", "grid_region": "DE", "market_kg_per_kwh": 0.012, "market_instrument": "green tariff",
    "floor_area_m2": 12500.5, "building_use": "refrigerated_warehouse", "refrigerant": "R404A",
    "refrigerant_charge_kg": 850, "leak_equipment": "cold-storage", "furnace_fuel": "natural-gas", "furnace_unit": "m3",
    "furnace_rated_kw": 2400, "cooling_metered": False, "cooling_cop": 2.5,
}  # fmt: skip


def path(entity: str, entity_type: str = "factory") -> str:
    return f"/entities/{entity_type}/{quote(entity, safe='')}/profile"
