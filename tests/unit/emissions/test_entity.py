"""Whose emissions an event's are, and how much was done."""

import polars as pl
import pytest

from carbon_nexus.emissions.entity import with_entities
from tests.unit.emissions.asking import Row, factory, leg, one

ALL = {"supplier_id": "s", "route_id": "r", "warehouse_id": "w", "factory_id": "f"}


class TestEntity:
    @pytest.mark.parametrize(
        ("event_type", "entity", "entity_type"),
        [
            ("logistics", "r", "route"),
            ("delivery", "r", "route"),
            ("warehouse", "w", "warehouse"),
            ("factory", "f", "factory"),
            ("flight", "s", "supplier"),
            (None, "s", "supplier"),
        ],
    )
    def test_route_or_site_before_the_supplier(self, event_type: str | None, entity: str, entity_type: str) -> None:
        row = one(event_type=event_type, **ALL)
        assert (row["entity"], row["entity_type"]) == (entity, entity_type)

    @pytest.mark.parametrize("event_type", ["logistics", "delivery", "warehouse", "factory"])
    @pytest.mark.parametrize("nothing", ["", None])
    def test_else_the_supplier(self, event_type: str, nothing: str | None) -> None:
        row = one(event_type=event_type, **dict.fromkeys(ALL, nothing) | {"supplier_id": "s"})
        assert (row["entity"], row["entity_type"]) == ("s", "supplier")

    def test_another_kind_s_id_is_not_taken(self) -> None:
        row = factory(route_id="r", warehouse_id="w", supplier_id="s")
        assert (row["entity"], row["entity_type"]) == ("s", "supplier")

    @pytest.mark.parametrize("event", [{}, dict.fromkeys(ALL), dict.fromkeys(ALL, "")])
    def test_nobody(self, event: Row) -> None:
        row = leg(**event)
        assert (row["entity"], row["entity_type"]) == (None, None)

    def test_beside_the_event_s_own_columns(self) -> None:
        events = pl.DataFrame({"event_type": ["factory", "logistics", None], "factory_id": "f", "supplier_id": "s"})
        found = with_entities(events)
        assert found.select("entity", "entity_type").rows() == [("f", "factory"), ("s", "supplier"), ("s", "supplier")]
        assert found.select(events.columns).equals(events)


class TestActivity:
    @pytest.mark.parametrize(
        ("kind", "told", "activity", "unit"),
        [
            # 120 km x 450 kg
            ("logistics", {"distance_km": 120.0, "load_kg": 450.0}, 54.0, "t.km"),
            ("logistics", {"distance_km": 120.0, "load_kg": 0.0}, 120.0, "km"),
            ("logistics", {"distance_km": 120.0}, 120.0, "km"),
            ("logistics", {"load_kg": 450.0}, None, None),
            ("delivery", {"distance_km": 40.0, "load_kg": 450.0, "delivery_count": 10}, 10.0, "drop"),
            ("delivery", {"distance_km": 40.0, "delivery_count": 0}, 40.0, "km"),
            ("delivery", {"delivery_count": 10}, 10.0, "drop"),
            ("factory", {"shift_hours": 8.0, "inventory_volume": 9.0}, 8.0, "shift_hour"),
            ("factory", {}, 1.0, "event"),
            ("warehouse", {"inventory_volume": 450.0, "shift_hours": 8.0}, 450.0, "m3"),
            ("warehouse", {"inventory_volume": 0.0}, 1.0, "event"),
            ("flight", {"distance_km": 9.0}, None, None),
        ],
    )
    def test_what_was_done(self, kind: str, told: Row, activity: float | None, unit: str | None) -> None:
        row = one(event_type=kind, **told)
        assert (row["activity"], row["activity_unit"]) == (activity, unit)

    def test_with_or_without_a_number(self) -> None:
        lost = leg(vehicle_type="spaceship", distance_km=9.0)
        assert (lost["co2e_kg"], lost["activity"]) == (None, 9.0)

    def test_not_of_an_event_that_cannot_be(self) -> None:
        row = leg(distance_km=120.0, load_kg=-1.0)
        assert (row["activity"], row["activity_unit"]) == (None, None)
