"""An explained estimate as text to read in a terminal. Pure."""

from collections.abc import Iterator
from datetime import UTC

from carbon_nexus.factors.model import PARTS
from carbon_nexus.factors.schemas import FactorRow
from carbon_nexus.predictions.schemas import ExplainedInput, ExplainedPrediction, StoredPrediction


def as_text(explained: ExplainedPrediction) -> str:
    """The whole explanation, one line per step, factors with their sources below."""
    return "\n".join(_lines(explained)) + "\n"


def _lines(explained: ExplainedPrediction) -> Iterator[str]:
    yield from _head(explained.prediction)
    if explained.formula:
        yield f"{explained.method}, {explained.tier}: {explained.formula}"
    if explained.prediction.reason:
        yield f"Note: {explained.prediction.reason}"
    if explained.missing:
        yield f"Missing: {', '.join(explained.missing)}"
    yield from ("", "Inputs")
    yield from (f"  {_input(each)}" for each in explained.inputs)
    if (calibration := explained.calibration) is not None:
        yield (
            f"  calibration {calibration.id}: {calibration.sample} measured trips of {calibration.level} "
            f"{calibration.entity or calibration.vehicle_class}, ratio {calibration.ratio:.6g}, "
            f"half-width {calibration.half_width:.6g}"
        )
    if explained.lines:
        yield from ("", "Calculation")
        yield from (f"{number:3}  {line.text}" for number, line in enumerate(explained.lines, 1))
        yield from ("", "Factors")
        yield from (text for factor in explained.factors for text in _factor(factor))
    yield ""
    yield _agreement(explained)


def _head(stored: StoredPrediction) -> Iterator[str]:
    at = f"{stored.event_time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    yield f"Estimate {stored.id}: {stored.event_type} of {stored.entity_type} {stored.entity}, {at}"
    if stored.co2_kg is None:
        yield "no number"
        return
    interval = "" if stored.low_kg is None else f", 95 % interval {stored.low_kg:.6g} to {stored.high_kg:.6g} kg"
    yield f"{stored.co2_kg:.6g} {stored.unit}{interval}"


def _input(given: ExplainedInput) -> str:
    value = f"{given.value:.10g}" if isinstance(given.value, float) else str(given.value)
    told = f"{given.name} {value} {given.unit}".rstrip()
    return f"{told} ({given.source}{'' if given.counted else ', not counted'})"


def _factor(factor: FactorRow) -> Iterator[str]:
    numbers = (
        f"{part.replace('_', ' ')} {getattr(factor, part):.10g}" for part in PARTS if getattr(factor, part) is not None
    )
    yield f"  {factor.id}"
    yield f"    {', '.join(numbers) or 'no number of its own'}; unit {factor.unit}; {factor.boundary}"
    source = f"{factor.publisher}, {factor.table}, {factor.year}"
    yield f"    {source}; {factor.licence}; {factor.url or 'no address'}; {factor.status}"


def _agreement(explained: ExplainedPrediction) -> str:
    if explained.agrees:
        return "Worked out again it comes to the stored number." if explained.lines else "It still has no number."
    return f"Not confirmed: {explained.disagreement}."
