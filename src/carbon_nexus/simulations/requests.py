"""What a route that simulates many events waits for."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncConnection


def _turn(request: Request) -> AbstractAsyncContextManager[AsyncConnection]:
    return _alone(request.app)


@asynccontextmanager
async def _alone(app: FastAPI) -> AsyncIterator[AsyncConnection]:
    # Who waits holds no connection: fifteen that did would keep every other route from the database.
    async with app.state.simulating, app.state.engine.begin() as connection:
        yield connection


Turn = Annotated[AbstractAsyncContextManager[AsyncConnection], Depends(_turn)]
"""Enter it to wait until no other simulation runs in this process, for a connection in its own transaction: committed
at the end of the block, rolled back on any error."""
