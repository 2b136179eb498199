"""HTTP of the ML Engine (/api/v1): predictions for features that a caller sends; nothing is stored."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from carbon_nexus.errors import InvalidInput
from carbon_nexus.kit.plain import json_bytes
from carbon_nexus.predictions.estimator import Estimator
from carbon_nexus.predictions.features import (
    FEATURES,
    LARGEST_BATCH,
    BatchPrediction,
    BatchRequest,
    DeliveryRequest,
    EngineHealth,
    FactoryRequest,
    Features,
    LogisticsRequest,
    Prediction,
    WarehouseRequest,
)
from carbon_nexus.predictions.predict import Refused, predict, read_features
from carbon_nexus.predictions.requests import Estimates

router = APIRouter(tags=["emissions"])


@router.get("/api/v1/health")
async def engine_health() -> EngineHealth:
    """Whether the estimator is ready; it is built in, so it is whenever the process is."""
    models = dict.fromkeys((*FEATURES, "forecast"), True)
    return EngineHealth(status="healthy", service="carbon-nexus", models_loaded=models)


@router.post("/api/v1/predict/logistics")
async def predict_logistics(features: LogisticsRequest, estimator: Estimates) -> Prediction:
    """CO2e of one transport leg."""
    return _predict_one(features, estimator)


@router.post("/api/v1/predict/factory")
async def predict_factory(features: FactoryRequest, estimator: Estimates) -> Prediction:
    """CO2e of one metered time of a factory."""
    return _predict_one(features, estimator)


@router.post("/api/v1/predict/warehouse")
async def predict_warehouse(features: WarehouseRequest, estimator: Estimates) -> Prediction:
    """CO2e of one metered time of a warehouse."""
    return _predict_one(features, estimator)


@router.post("/api/v1/predict/delivery")
async def predict_delivery(features: DeliveryRequest, estimator: Estimates) -> Prediction:
    """CO2e of one last-mile round."""
    return _predict_one(features, estimator)


@router.post("/api/v1/batch/logistics", response_model=BatchPrediction)
async def batch_logistics(batch: BatchRequest, estimator: Estimates) -> Response:
    """CO2e of up to 10,000 transport legs; a bad one is answered with what is wrong and does not fail the rest."""
    return await _predict_batch("logistics", batch.predictions, estimator)


@router.post("/api/v1/batch/factory", response_model=BatchPrediction)
async def batch_factory(batch: BatchRequest, estimator: Estimates) -> Response:
    """CO2e of up to 10,000 metered times of factories; a bad one does not fail the rest."""
    return await _predict_batch("factory", batch.predictions, estimator)


@router.post("/api/v1/batch/warehouse", response_model=BatchPrediction)
async def batch_warehouse(batch: BatchRequest, estimator: Estimates) -> Response:
    """CO2e of up to 10,000 metered times of warehouses; a bad one does not fail the rest."""
    return await _predict_batch("warehouse", batch.predictions, estimator)


@router.post("/api/v1/batch/delivery", response_model=BatchPrediction)
async def batch_delivery(batch: BatchRequest, estimator: Estimates) -> Response:
    """CO2e of up to 10,000 last-mile rounds; a bad one does not fail the rest."""
    return await _predict_batch("delivery", batch.predictions, estimator)


def _predict_one(features: Features, estimator: Estimator) -> Prediction:
    (found,) = predict([features], estimator)
    if isinstance(found, Refused):
        raise InvalidInput(found.within("body").problems)
    return Prediction(**found)


async def _predict_batch(event_type: str, given: Sequence[Any], estimator: Estimator) -> Response:
    if len(given) > LARGEST_BATCH:
        rule = f"predictions has {len(given)} items; {LARGEST_BATCH} are the most. Send it in parts."
        raise InvalidInput([{"type": "too_long", "loc": ["body", "predictions"], "msg": rule, "input": len(given)}])
    # a full batch takes tenths of a second: other requests go on meanwhile
    return await asyncio.to_thread(_answer_batch, event_type, given, estimator)


def _answer_batch(event_type: str, given: Sequence[Any], estimator: Estimator) -> Response:
    found = predict([read_features(event_type, item) for item in given], estimator)
    results = [_batch_item(item, result) for item, result in zip(given, found, strict=True)]
    return Response(json_bytes({"results": results, "count": len(results)}), media_type="application/json")


def _batch_item(given: Any, found: dict[str, Any] | Refused) -> dict[str, Any]:
    if isinstance(found, Refused):
        return {"input": given, "prediction": None, "error": found.message, "problems": found.problems}
    return {"input": given, "prediction": found, "error": None, "problems": []}
