"""The separate ml-engine that a test talks to."""

from collections.abc import AsyncIterator

import pytest

from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import Patience
from carbon_nexus.predictions.client import RemoteEngine
from carbon_nexus.predictions.estimator import Estimator
from tests.answering import answering
from tests.integration.predictions.separate import PAUSE_SECONDS, Theirs


@pytest.fixture
async def theirs() -> AsyncIterator[Theirs]:
    made = Theirs()
    with answering(made.answer) as serving:
        breaker = Breaker("ml-engine", pause_seconds=PAUSE_SECONDS, clock=lambda: made.now)
        remote = RemoteEngine(serving.url, breaker=breaker, patience=Patience(attempts=1), rows_per_call=500)
        made.estimator = Estimator(remote=remote)
        yield made
        await remote.aclose()
