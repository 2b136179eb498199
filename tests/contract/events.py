"""CSV files of shipments: ordinary ones, and a last one that carries next to nothing on the same road."""

from datetime import datetime, timedelta

HEADER = "event_type,supplier_id,timestamp,vehicle_type,fuel_type,distance_km,load_kg,speed\n"
EVERY = timedelta(hours=12)
AGO = timedelta(hours=1)
ORDINARY_KG, NEARLY_EMPTY_KG = 9_000, 400
NOT_A_NUMBER = "logistics,Sloppy_Sender,2026-01-05T08:00:00Z,truck_diesel,diesel,far,9000,60\n"

MISSING_COLUMNS = b"a,b\n1,2\n"
NO_CSV = b"Dear colleagues, please find attached nothing at all.\n"


def shipments(now: datetime, supplier: str, count: int = 13, broken_row: bool = False) -> bytes:
    """`count` shipments of a supplier, the last an hour before `now`, the others each twelve hours earlier.

    The last one is the outlier. With `broken_row` a row that must be rejected is at the end.
    """
    rows = [_shipment(now, supplier, back) for back in reversed(range(count))]
    return (HEADER + "".join(rows) + (NOT_A_NUMBER if broken_row else "")).encode()


def _shipment(now: datetime, supplier: str, back: int) -> str:
    moment = (now - AGO - back * EVERY).isoformat(timespec="seconds")
    load_kg = ORDINARY_KG + 10 * back if back else NEARLY_EMPTY_KG
    return f"logistics,{supplier},{moment},truck_diesel,diesel,{120 + back % 5},{load_kg},60\n"
