"""What a route learns about who estimates."""

from typing import Annotated

from fastapi import Depends, Request

from carbon_nexus.predictions.estimator import Estimator


def _estimator_of(request: Request) -> Estimator:
    estimator: Estimator = request.app.state.estimator
    return estimator


Estimates = Annotated[Estimator, Depends(_estimator_of)]
"""The application's estimator."""
