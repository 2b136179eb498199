"""Events of every kind that the estimator knows a way for: what an explanation has to write out."""

from datetime import UTC, datetime
from typing import Any

LEG = {"event_type": "logistics", "vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 100.0}
ROUND = {"event_type": "delivery", "vehicle_type": "van_class_3", "fuel_type": "diesel", "distance_km": 80.0}
SHOP = {"event_type": "factory", "energy_kwh": 1000.0, "shift_hours": 8.0}
STORE = {"event_type": "warehouse", "energy_kwh": 500.0}
VAN_EV = {**ROUND, "vehicle_type": "van_ev", "fuel_type": None}
PLUG_IN = {**ROUND, "vehicle_type": "car", "fuel_type": "plug_in_hybrid"}
STOPS = {"stop_events": 300}
CALIBRATED = {"calibration_ratio": 1.2, "calibration_spread": 0.13}
FURNACE = {"furnace_usage": 80.0}
PLANT = {"refrigerant": "R404A", "refrigerant_charge_kg": 500.0, "leak_equipment": "cold-storage"}
SHED = {"event_type": "warehouse", "floor_area_m2": 9000.0}
COLD = {"event_type": "warehouse", "inventory_volume": 10_000.0}

CASES: dict[str, dict[str, Any]] = {
    "measured fuel": {"event_type": "logistics", "fuel_type": "diesel", "fuel_litres": 30.0},
    "measured electricity": {**VAN_EV, "energy_kwh": 30.0},
    "measured plug-in": {**PLUG_IN, "fuel_litres": 2.0, "energy_kwh": 5.0},
    "load line": {**LEG, "load_kg": 12_100.0},
    "overload": {**LEG, "load_kg": 40_000.0},
    "class average": LEG,
    "delivery by lorry with a load": {**ROUND, "vehicle_type": "truck", "load_kg": 3000.0, "speed": 25.0},
    "hvo": {**LEG, "fuel_type": "hvo", "load_kg": 9000.0},
    "gas engine, all of it": {**LEG, "fuel_type": "cng", "load_kg": 9000.0, "speed": 60.0, **STOPS, "idle_hours": 2.0},
    "lng class average": {**LEG, "fuel_type": "lng"},
    "hybrid lorry": {**LEG, "fuel_type": "hybrid", "stop_events": 200, "idle_hours": 1.0},
    "speed and load": {**LEG, "load_kg": 12_100.0, "speed": 60.0},
    "speed, empty": {**LEG, "load_kg": 0.0, "speed": 50.0},
    "speed, load not known": {**LEG, "speed": 50.0},
    "speed, overload": {**LEG, "load_kg": 40_000.0, "speed": 50.0},
    "above 85 km/h": {**LEG, "load_kg": 5_000.0, "speed": 95.0},
    "crawling": {**LEG, "load_kg": 5_000.0, "speed": 2.0},
    "van at speed": {**ROUND, "speed": 30.0},
    "petrol van": {**ROUND, "fuel_type": "petrol", "delivery_count": 200, "speed": 30.0},
    "hvo van": {**ROUND, "fuel_type": "hvo", "delivery_count": 200},
    "gas van": {**ROUND, "vehicle_type": "van", "fuel_type": "lpg", "delivery_count": 300},
    "plug-in van": {**ROUND, "fuel_type": "plug_in_hybrid", "delivery_count": 300},
    "hybrid car": {**ROUND, "vehicle_type": "car", "fuel_type": "hybrid", "stop_events": 200},
    "traffic": {**ROUND, "traffic_score": 5.0, "delivery_count": 150},
    "worst traffic": {**ROUND, "traffic_score": 40.0, "delivery_count": 150},
    "idling": {**LEG, "idle_hours": 1.5, "load_kg": 7000.0},
    "electric van": {**VAN_EV, "delivery_count": 200, "traffic_score": 6.0},
    "electric car": {**ROUND, "vehicle_type": "car", "fuel_type": "electric"},
    "electric tractor": {**LEG, "fuel_type": "electric", "load_kg": 10_000.0, "stop_events": 100},
    "electric lorry, cooled": {**LEG, "vehicle_type": "hgv_rigid_to_7.5t_refrigerated", "fuel_type": "electric"},
    "refrigerated": {**LEG, "vehicle_type": "reefer_artic", "load_kg": 10_000.0},
    "rail": {**LEG, "vehicle_type": "rail", "fuel_type": None, "load_kg": 100_000.0},
    "motorbike": {**ROUND, "vehicle_type": "motorbike", "fuel_type": None, "speed": 20.0, "delivery_count": 100},
    "cargo bike": {**ROUND, "vehicle_type": "cargo_bike", "fuel_type": None},
    "calibrated": {**LEG, "load_kg": 9000.0, **CALIBRATED},
    "calibrated, all of it": {**LEG, "speed": 40.0, **STOPS, "idle_hours": 1.0, **CALIBRATED},
    "calibrated electric": {**VAN_EV, **CALIBRATED},
    "distance zero": {**LEG, "distance_km": 0.0},
    "meter": SHOP,
    "meter at zero": {**STORE, "energy_kwh": 0.0},
    "gas alone": {"event_type": "factory", "gas_kwh": 12.0},
    "gas and electricity": {**SHOP, "gas_kwh": 400.0},
    "furnace by hours": {**SHOP, **FURNACE, "furnace_unit": "h", "furnace_fuel": "fuel_oil", "furnace_rated_kw": 250.0},
    "furnace in kg": {**SHOP, **FURNACE, "furnace_unit": "kg", "furnace_fuel": "wood_pellets"},
    "furnace in m3": {**SHOP, **FURNACE, "furnace_unit": "m3", "furnace_fuel": "gas"},
    "furnace on hvo": {**SHOP, **FURNACE, "furnace_unit": "kwh", "furnace_fuel": "hvo"},
    "other fuel": {**SHOP, "fuel_type": "diesel", "fuel_litres": 40.0, "gas_kwh": 10.0},
    "cooling outside": {**SHOP, "cooling_load": 900.0, "cooling_metered": False},
    "cooling, own COP": {**SHOP, "cooling_load": 900.0, "cooling_metered": False, "cooling_cop": 4.0},
    "leaks": {**STORE, **PLANT, "period_hours": 24.0},
    "benchmark by area": {**SHED, "building_use": "distribution_center", "period_hours": 720.0},
    "benchmark, gas billed": {**SHED, "building_use": "manufacturing", "gas_kwh": 90.0},
    "benchmark by volume": {**COLD, "temperature": -22.0},
    "benchmark, coldest": {**COLD, "temperature": -90.0, "period_hours": 48.0},
    "by the hour": {**STORE, "grid_region": "GB-hourly", "event_time": datetime(2026, 1, 7, 18, tzinfo=UTC)},
    "life-cycle grid": {**STORE, "grid_region": "DE", "gas_kwh": 90.0},
    "two sources": {**STORE, "grid_region": "US-RFCW"},
    "market": {**STORE, "market_kg_per_kwh": 0.02},
}  # fmt: skip
