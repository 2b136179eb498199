"""What several measures save together. Percentages are never added. Pure.

Of the same fuel or electricity of an entity, what one measure has saved the next cannot save again: remaining shares
multiply. Kilograms of different ones add up.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from carbon_nexus.measures.model import Measure

PROPULSION, ELECTRICITY, FUEL, REFRIGERANT = "propulsion", "electricity", "fuel", "refrigerant"
OTHER = "other"
ROAD = ("logistics", "delivery")

END_USE: dict[str, str] = {
    **{f"M{number:02}": PROPULSION for number in range(1, 25)},  # whatever moves or stands with its engine on
    "M25": "lighting",
    **dict.fromkeys(("M26", "M27", "M28"), "refrigeration"),
    "M29": "heating",
    **dict.fromkeys(("M30", "M31", "M32"), REFRIGERANT),
    **dict.fromkeys(("M33", "M34", "M41", "M42"), ELECTRICITY),  # all that the meter counts
    "M35": "compressed_air",
    "M36": "drives",
    **dict.fromkeys(("M37", "M38"), "furnace"),
    "M39": "cooling",
    "M40": "base_load",
}
"""What each packaged measure saves of."""

_OF_INPUT = {
    "energy_kwh": ELECTRICITY,
    "cooling_load": "cooling",
    "gas_kwh": FUEL,
    "fuel_litres": FUEL,
    "furnace_usage": "furnace",
    "refrigerant_charge_kg": REFRIGERANT,
}
_SUPPLIED_BY = {
    **dict.fromkeys(("lighting", "refrigeration", "compressed_air", "drives", "cooling", "base_load"), ELECTRICITY),
    **dict.fromkeys(("heating", "furnace"), FUEL),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One measure at one entity: it would save `saving_kg` of the `base_kg` CO2e over the same time.

    A base of 0 means that it is not known; then of all that share its supply at most the largest saving counts.
    """

    entity: str
    end_use: str
    base_kg: float
    saving_kg: float


def end_use_of(measure: Measure) -> str:
    """What a measure saves of, such as propulsion or lighting; `other` where nobody has told."""
    if measure.version is None:
        return END_USE.get(measure.id, OTHER)
    if measure.event_type in ROAD:
        return PROPULSION
    return _OF_INPUT.get(measure.change.input or "", OTHER) if measure.change else OTHER


def supply_of(end_use: str) -> str:
    """What supplies an end use: lighting is a part of all electricity, which other measures save of as a whole."""
    return _SUPPLIED_BY.get(end_use, end_use)


def combined(savings: Sequence[Part]) -> float:
    """Kg CO2e that the measures save together: never more than their sum, never less than the largest.

    The order of `savings` does not matter. Where shares are of different bases, the larger saving goes first.
    """
    supplies: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in savings:
        supplies[part.entity, supply_of(part.end_use)].append(part)
    return sum(_of_one_supply(parts, supply) for (_, supply), parts in supplies.items())


def _of_one_supply(parts: Sequence[Part], supply: str) -> float:
    """Measures on a part of the supply first, each part on its own; those on the whole save of what is left."""
    uses: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        uses[part.end_use].append(part)
    whole = uses.pop(supply, [])
    if uses:
        saved = sum(map(_multiplied, uses.values()))
        whole.append(Part("", supply, max(part.base_kg for use in uses.values() for part in use), saved))
    return _multiplied(whole)


def _multiplied(parts: Sequence[Part]) -> float:
    saved, remaining = 0.0, 1.0
    for part in sorted(parts, key=lambda part: (-part.saving_kg, part.base_kg)):
        saving = min(part.saving_kg, part.base_kg) if part.base_kg > 0 else part.saving_kg
        saved += saving * remaining
        remaining *= 1 - (saving / part.base_kg if part.base_kg > 0 else 1)
    return saved
