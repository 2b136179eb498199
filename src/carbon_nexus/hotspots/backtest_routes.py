"""HTTP of the backtest. Its path stands before that of one hotspot by id."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import PlainValidator

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.hotspots.backtest_schemas import BacktestAnswer, BacktestRequest, read
from carbon_nexus.hotspots.backtest_service import backtest
from carbon_nexus.kit.clock import Now
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.rules.routes import Default

router = APIRouter(prefix="/hotspots", tags=["hotspots"])


def _as_sent(value: Any) -> Any:
    return value


# documented as what it has to be, and read by the room itself: its refusals say what to do
Sent = Annotated[Any, PlainValidator(_as_sent, json_schema_input_type=BacktestRequest), Body()]


@router.post("/backtest")
async def backtest_rule(
    request: Sent, connection: Connection, tenant_id: Tenant, defaults: Default, now: Now
) -> BacktestAnswer:
    """A rule replayed over the history on record: how often it would have fired, and on what. Nothing is stored."""
    asked = read(request, defaults, now)
    original = defaults.policy(PolicyKind.RATIO)
    return BacktestAnswer.of(asked, await backtest(connection, tenant_id, asked, original, now))
