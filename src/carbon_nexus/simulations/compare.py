"""What a change comes to in kg CO2e, and how sure that is. Pure."""

from collections.abc import Mapping
from math import hypot
from typing import Any


def compare(baseline: Mapping[str, Any], modified: Mapping[str, Any]) -> dict[str, Any]:
    """Difference of two predictions (fields of `Prediction`): delta and its 95 % interval in kg, percent, reason.

    Two estimates by one method and one factor err together: the half-width of their difference is the difference of
    their half-widths. By different ones they err on their own, and the half-widths add in quadrature. Where either
    estimate is missing, everything is null and `reason` says why; a baseline of zero has no percent.
    """
    before_kg, after_kg = baseline["co2_kg"], modified["co2_kg"]
    if before_kg is None or after_kg is None:
        side, why = ("baseline", baseline) if before_kg is None else ("modified", modified)
        nothing = dict.fromkeys(("delta", "delta_low", "delta_high", "percent_change"))
        return {**nothing, "reason": f"no {side} estimate: {why['reason']}"}
    delta_kg, half_width_kg = after_kg - before_kg, _half_width_kg(baseline, modified)
    return {
        "delta": delta_kg,
        "delta_low": delta_kg - half_width_kg,
        "delta_high": delta_kg + half_width_kg,
        "percent_change": 100 * delta_kg / before_kg if before_kg else None,
        "reason": None if before_kg else "no percent_change: the baseline is zero",
    }


def _half_width_kg(baseline: Mapping[str, Any], modified: Mapping[str, Any]) -> float:
    # measured at the upper end, where a lognormal reaches further
    before_kg, after_kg = (float(side["high_kg"] - side["co2_kg"]) for side in (baseline, modified))
    err_together = all(baseline[name] == modified[name] for name in ("method", "factor_id"))
    return abs(after_kg - before_kg) if err_together else hypot(before_kg, after_kg)
