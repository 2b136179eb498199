"""Who or what the emissions of some hours came from: parts in, largest first, the answer out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from carbon_nexus.emissions.model import By
from carbon_nexus.emissions.schemas import Breakdown, Contributor, OtherContributors
from carbon_nexus.emissions.summary import Totals, Window, share_of, uncounted


@dataclass(frozen=True, slots=True)
class Sum:
    """kg CO2e, kg of them measured and number of estimated events of one part, or of `parts` of them together."""

    name: str
    entity_type: str | None
    co2e_kg: float
    measured_kg: float
    event_count: int
    parts: int = 1


def breakdown(window: Window, by: By, totals: Totals, largest: Sequence[Sum], rest: Sum | None) -> Breakdown:
    """The parts with their shares; `totals` are of the whole window, `rest` what is not among the largest."""
    return Breakdown(
        window_start=window.start,
        window_end=window.now,
        by=by,
        co2e_kg=totals.co2e_kg if totals.estimated else None,
        measured_kg=totals.measured_kg if totals.estimated else None,
        measured_share=share_of(totals.measured_kg, totals.co2e_kg),
        event_count=totals.events,
        unestimated_count=totals.unestimated,
        reason=uncounted(totals.estimated, totals.unestimated),
        parts=[_part(each, totals.co2e_kg) for each in largest],
        others=rest and _others(rest, totals.co2e_kg),
    )


def _part(each: Sum, whole_kg: float) -> Contributor:
    return Contributor(
        name=each.name,
        entity_type=each.entity_type,
        co2e_kg=each.co2e_kg,
        measured_kg=each.measured_kg,
        event_count=each.event_count,
        share=share_of(each.co2e_kg, whole_kg),
    )


def _others(rest: Sum, whole_kg: float) -> OtherContributors:
    return OtherContributors(
        count=rest.parts,
        co2e_kg=rest.co2e_kg,
        measured_kg=rest.measured_kg,
        event_count=rest.event_count,
        share=share_of(rest.co2e_kg, whole_kg),
    )
