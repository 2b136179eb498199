"""Where our answers differ from the recorded ones on purpose: status, paths that differ, reason."""

from typing import NamedTuple


class Deviation(NamedTuple):
    """The status that is right, exactly the recorded paths that ours lacks or has in another type, and why."""

    status: int
    paths: frozenset[str]
    reason: str


def _differs(status: int, *paths: str, because: str) -> Deviation:
    return Deviation(status, frozenset(paths), because)


_LINK = "the link to the validation library's website told a caller which version runs, and nothing about the request"
_BOUND = f"{_LINK}; the bound of `ctx` stands in `msg`"
_LINK_DROPPED = _differs(422, "$.detail[].url", because=_LINK)
_BOUND_IN_MESSAGE = _differs(422, "$.detail[].url", "$.detail[].ctx", because=_BOUND)
_SENDER_CAN_MEND = _differs(
    422, "$.detail", because="the sender can mend it, so it is no 500; `detail` lists what is wrong instead of nothing"
)
_TOO_SHORT = _differs(
    200, "$.forecast[]", "$.confidence_low[]", "$.confidence_high[]",
    because="a week carries no forecast: the original gave the same week two different ones, and a week of zeros up to"
    " 69.9; ours answers `insufficient_history` and how many days are missing",
)  # fmt: skip

DIFFERENT: dict[str, Deviation] = {
    # nothing is invented
    "orch.empty.data_quality": _differs(
        200, "$.completeness_pct", "$.predicted_pct",
        because="no rows have no completeness: 100 % was praise for an empty database; null, and `reason`",
    ),
    "orch.empty.emissions_current": _differs(
        200, "$.current_rate", "$.trend", "$.target",
        because="without events there is no rate and no trend, null with their reasons; for the target see below",
    ),
    "orch.empty.emissions_summary": _differs(
        200, "$.average_emissions", because="there is no mean of no events, null"
    ),
    "orch.emissions_current": _differs(
        200, "$.target", because="nobody had set the 1000, it stood on an empty database too; null until one can be set"
    ),
    "ml.forecast_7d": _TOO_SHORT,
    "ml.forecast_7d_again": _TOO_SHORT,
    "ml.forecast_7d_zeros": _TOO_SHORT,
    "ml.predict_unknown_vehicle": _differs(
        422, "$.co2_kg", "$.model_version", "$.confidence",
        because="there is no emission factor for a spaceship; the answer names the classes there are",
    ),
    "ml.batch_negative": _differs(
        200, "$.results[].prediction",
        because="a negative distance is refused alone and in a batch; the item says so in `error`",
    ),
    # one bad item does not fail the rest
    "ml.batch_bad_item": _differs(
        200, "$.detail", because="each item has its own result or error; one bad one used to fail all"
    ),
    # bad input is 422 and names field and rule
    "orch.simulate_bad_features": _differs(
        422, "$.detail", because="the payload is at fault: `detail` lists fields and rules; the 400 named neither"
    ),
    "data.ingest_csv_missing_cols": _SENDER_CAN_MEND,
    "data.ingest_event_missing": _SENDER_CAN_MEND,
    "data.ingest_upload_missing_cols": _SENDER_CAN_MEND,
    "data.ingest_upload_txt": _SENDER_CAN_MEND,
    "data.ingest_csv_nofile": _LINK_DROPPED,
    "ml.predict_missing": _LINK_DROPPED,
    "orch.recommendation_reject_nonint": _LINK_DROPPED,
    "orch.simulate_missing_field": _LINK_DROPPED,
    "ml.forecast_7d_empty": _BOUND_IN_MESSAGE,
    "ml.predict_negative": _BOUND_IN_MESSAGE,
    "orch.hotspots_limit0": _BOUND_IN_MESSAGE,
    "orch.hotspots_limit101": _BOUND_IN_MESSAGE,
    # what does not exist is 404
    "data.ingest_status_unknown": _differs(404, because="an unknown job is not found; 500 blamed the server"),
    "orch.recommendation_approve_unknown": _differs(
        404, "$.status", "$.recommendation_id", "$.message",
        because="nothing was approved, so nothing must say that it was",
    ),
    # one service
    "data.root": _differs(
        200, "$.detail", because="three services became one, and its root says what is here; data core's had none"
    ),
    "ml.root": _differs(
        200, "$.status", because="three services became one, with the orchestration engine's root; /health has a status"
    ),
    # a closed door
    "orch.cors_preflight": _differs(
        400, because="the original let every website act on behalf of its visitors; ours the configured origins"
    ),
}  # fmt: skip

DROPPED_PREFIXES: dict[str, str] = {
    "/api/v1/ml/": (
        "experiments whose numbers were invented; what they were to tell is measured by /emissions/forecast, /hotspots"
        " and /recommendations"
    ),
    "/api/v1/insights/": "experiments of the same kind; see /recommendations and /emissions/summary",
}
