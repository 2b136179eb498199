"""What a received name tells by itself, over the exports of five languages."""

import pytest

from carbon_nexus.activities.model import FIELD_OF, FIELDS
from carbon_nexus.activities.units import dimension_of
from carbon_nexus.mappings.names import accepted, key, plain, read, synonyms, words


@pytest.mark.parametrize(
    ("name", "field", "unit"),
    [
        ("distance_km", "distance_km", None), ("Event-Type", "event_type", None), ("Route Length", "distance_km", None),
        ("avg_speed", "speed", None), ("Entity", "supplier_id", None), ("DATE", "timestamp", None),
        ("id", "external_id", None), ("supplierId", "supplier_id", None), ("deliveryCount", "delivery_count", None),
        ("Distance (mi)", "distance_km", "mi"), ("Distance (km)", "distance_km", "km"),
        ("distanceKm", "distance_km", "km"),
        ("Miles driven", "distance_km", "miles"), ("Trip distance, mi", "distance_km", "mi"),
        ("load_t", "load_kg", "t"),
        ("Weight (tons)", "load_kg", "tons"), ("Payload [lbs]", "load_kg", "lbs"), ("energy_mwh", "energy_kwh", "mwh"),
        ("kWh", "energy_kwh", "kwh"), ("Active Energy Import (kWh)", "energy_kwh", "kwh"), ("fuel", "fuel_type", None),
        ("Fuel, litres", "fuel_litres", "litres"), ("Diesel (gal)", "fuel_litres", "gal"),
        ("Temp. °F", "temperature", "f"),
        ("Temp ºC", "temperature", "c"), ("temperature_f", "temperature", "f"), ("Speed (km/h)", "speed", "kmh"),
        ("speed m/s", "speed", "ms"), ("Average speed in miles per hour", "speed", "milesperhour"),
        ("Idle time (min)", "idle_hours", "min"), ("Gas consumption [therms]", "gas_kwh", "therms"),
        ("Stock (cubic feet)", "inventory_volume", "cubicfeet"), ("plant", "factory_id", None),
        ("site", "factory_id", None),
        ("Datum", "timestamp", None), ("Zeitstempel", "timestamp", None), ("Datum / Uhrzeit", "timestamp", None),
        ("Lieferant", "supplier_id", None), ("Lieferanten-Nr.", "supplier_id", None),
        ("Fahrzeugtyp", "vehicle_type", None),
        ("Kraftstoff", "fuel_type", None), ("Kraftstoff [l]", "fuel_litres", "l"),
        ("Verbrauch (kWh)", "energy_kwh", "kwh"),
        ("Verbrauch in Liter", "fuel_litres", "liter"), ("Gewicht [t]", "load_kg", "t"),
        ("Ladung (to)", "load_kg", "to"),
        ("Strecke in km", "distance_km", "km"), ("Streckenlaenge", "distance_km", None),
        ("STRECKENLÄNGE [KM]", "distance_km", "km"), ("Kuehllast", "cooling_load", None), ("Werk", "factory_id", None),
        ("Ø Geschwindigkeit (km/h)", "speed", "kmh"), ("Anzahl Stopps", "stop_events", None),
        ("Tour-Nr.", "route_id", None),
        ("Leerlaufzeit (Minuten)", "idle_hours", "minuten"), ("Erdgasverbrauch MWh", "gas_kwh", "mwh"),
        ("Lager", "warehouse_id", None), ("Dauer [s]", "period_hours", "s"), ("Gasverbrauch (kWh)", "gas_kwh", "kwh"),
        ("Horodatage", "timestamp", None), ("Fournisseur", "supplier_id", None),
        ("Type de véhicule", "vehicle_type", None),
        ("Poids (tonnes)", "load_kg", "tonnes"), ("Charge utile (kg)", "load_kg", "kg"),
        ("Entrepôt", "warehouse_id", None),
        ("Distance parcourue (km)", "distance_km", "km"), ("Consommation d'énergie (MWh)", "energy_kwh", "mwh"),
        ("Consommation de carburant (L)", "fuel_litres", "l"), ("Vitesse moyenne (km/h)", "speed", "kmh"),
        ("Nombre d’arrêts", "stop_events", None), ("Température (°C)", "temperature", "c"),
        ("Usine", "factory_id", None),
        ("Temps de ralenti (min)", "idle_hours", "min"), ("Nombre de livraisons", "delivery_count", None),
        ("Fecha y hora", "timestamp", None), ("Proveedor", "supplier_id", None),
        ("Tipo de vehículo", "vehicle_type", None),
        ("Peso (kg)", "load_kg", "kg"), ("Kilómetros recorridos", "distance_km", "kilometros"),
        ("Consumo de combustible (litros)", "fuel_litres", "litros"), ("Consumo eléctrico (kWh)", "energy_kwh", "kwh"),
        ("Almacén", "warehouse_id", None), ("Velocidad media (km/h)", "speed", "kmh"), ("Paradas", "stop_events", None),
        ("Tiempo de ralentí (min)", "idle_hours", "min"), ("Número de entregas", "delivery_count", None),
        ("Data e ora", "timestamp", None), ("Fornitore", "supplier_id", None),
        ("Tipo di veicolo", "vehicle_type", None),
        ("Km percorsi", "distance_km", "km"), ("Distanza (km)", "distance_km", "km"), ("Carico (t)", "load_kg", "t"),
        ("Carburante", "fuel_type", None), ("Consumo carburante (l)", "fuel_litres", "l"),
        ("Energia elettrica (MWh)", "energy_kwh", "mwh"), ("Velocità media", "speed", None),
        ("Magazzino", "warehouse_id", None),
        ("Stabilimento", "factory_id", None), ("Temperatura °C", "temperature", "c"),
        ("timestamp_ms", "timestamp", None),
    ],
)  # fmt: skip
def test_names_of_real_exports(name: str, field: str, unit: str | None) -> None:
    found = read(name)
    assert found is not None
    assert (found.field, found.unit) == (field, unit)


@pytest.mark.parametrize(
    "name",
    [
        "", "°", "Kennzeichen", "Fahrzeug", "Vehicle", "Licence plate", "Kilometerstand (km)", "Odometer (mi)",
        "Zählerstand",
        "load_kwh", "Load (%)", "Load", "Fuel (€)", "Energy cost ($)", "Verbrauch (l/100 km)", "Energy kWh/km",
        "CO2 (kg)",
        "Load kg/m3", "Gas (m3)", "Fuel (kg)", "Verbrauch", "Duration", "Idle time", "Shift", "Distance (kg)",
        "tonne-km",
        "Type", "Customer", "Driver", "Max speed", "Temperature (kWh)", "km", "Menge", "x" * 100_000,
    ],
)  # fmt: skip
def test_names_that_tell_no_field(name: str) -> None:
    assert read(name) is None


def test_a_synonym_tells_one_field_and_with_a_unit_one_field_per_dimension() -> None:
    alone: dict[str, str] = {}
    for field in FIELDS:
        for name in accepted(field.name):
            assert alone.setdefault(key(words(name)), field.name) == field.name, name
    for name, fields in synonyms().with_unit.items():
        both = (*fields, alone[name]) if name in alone else fields
        dimensions = [dimension_of(FIELD_OF[field]) for field in set(both) if dimension_of(FIELD_OF[field])]
        assert len(dimensions) == len(set(dimensions)), (name, both)


def test_every_synonym_in_the_list_is_read_as_its_field() -> None:
    for field in FIELDS:
        for name in accepted(field.name):
            assert getattr(read(name), "field", None) == field.name, name
            assert getattr(read(plain(name).upper()), "field", None) == field.name, name
