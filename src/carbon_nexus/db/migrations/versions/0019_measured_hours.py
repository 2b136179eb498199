"""What of the sums was measured and what is typical of the same events: kept with the sums, as pages ask for it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

Told = tuple[str, Any, str]
MEASURED: Told = ("measured_kg", sa.Double(), "of co2e_kg what comes from metered fuel or electricity, no stand-ins")
HOURLY: tuple[Told, ...] = (
    MEASURED,
    ("typical_kg", sa.Double(), "typical of the events of typical_count, all together"),
    ("typical_count", sa.BigInteger(), "events of which a typical value is known"),
)
TELL_HOURS = """
UPDATE emissions_hourly AS cell
SET measured_kg = known.measured_kg, typical_kg = known.typical_kg, typical_count = known.typical_count
FROM (
    SELECT p.tenant_id, date_trunc('hour', p.event_time, 'UTC') AS hour, p.prediction_type, p.entity_type, p.entity,
        coalesce(sum(p.predicted_co2) FILTER (WHERE v.tier = 'T1' AND NOT p.filled), 0) AS measured_kg,
        coalesce(sum(p.typical_kg), 0) AS typical_kg, count(p.typical_kg) AS typical_count
    FROM predictions AS p LEFT JOIN provenances AS v ON v.id = p.provenance_id
    GROUP BY 1, 2, 3, 4, 5
) AS known
WHERE cell.tenant_id = known.tenant_id AND cell.hour = known.hour AND cell.event_type = known.prediction_type
    AND cell.entity_type = known.entity_type AND cell.entity = known.entity
"""
TELL_DAYS = """
UPDATE emissions_daily AS cell SET measured_kg = known.measured_kg
FROM (
    SELECT tenant_id, CAST(hour AT TIME ZONE 'UTC' AS date) AS day, event_type, sum(measured_kg) AS measured_kg
    FROM emissions_hourly GROUP BY 1, 2, 3
) AS known
WHERE cell.tenant_id = known.tenant_id AND cell.day = known.day AND cell.event_type = known.event_type
"""


def upgrade() -> None:
    op.execute("LOCK TABLE predictions IN SHARE MODE")  # a scan of the release before would add beside it
    for table, columns in (("emissions_hourly", HOURLY), ("emissions_daily", (MEASURED,))):
        for name, kind, comment in columns:
            column = sa.Column(name, kind, server_default=sa.text("0"), nullable=False, comment=comment)
            op.add_column(table, column)
    op.execute(TELL_HOURS)
    op.execute(TELL_DAYS)


def downgrade() -> None:
    op.drop_column("emissions_daily", "measured_kg")
    for name, _, _ in HOURLY:
        op.drop_column("emissions_hourly", name)
