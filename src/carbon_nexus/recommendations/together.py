"""What recommendations save together, and why that is less than their sum. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from carbon_nexus.measures.combine import END_USE, OTHER, PROPULSION, ROAD, Part, combined, supply_of


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation as its saving counts: kg CO2e per 28 days, null: not known; `base_kg` of the same days.

    `entity` names whose events the saving was computed on: type, name and kind of event, with slashes between.
    """

    id: int
    measure_id: str
    entity: str
    end_use: str | None
    base_kg: float | None
    saving_kg: float | None


@dataclass(frozen=True, slots=True)
class Supply:
    """What is saved of one supply of one entity: its recommendations, their plain sum, and what remains of it."""

    entity: str
    supply: str
    ids: tuple[int, ...]
    plain_sum_kg: float
    saving_kg: float


@dataclass(frozen=True, slots=True)
class Together:
    """What is saved of every supply; `left_out`: recommendations that do not count, with the reason."""

    supplies: tuple[Supply, ...]
    left_out: dict[int, str]

    @property
    def saving_kg(self) -> float:
        """Kg CO2e per 28 days of all together."""
        return sum(each.saving_kg for each in self.supplies)

    @property
    def plain_sum_kg(self) -> float:
        """What the same would be if savings added up."""
        return sum(each.plain_sum_kg for each in self.supplies)

    @property
    def why(self) -> str:
        """One sentence that says how the two numbers differ."""
        total = f"Together they save {self.saving_kg:,.1f} kg CO2e per 28 days"
        if all(len(each.ids) == 1 for each in self.supplies):
            return f"{total}: none of them saves of what another one saves of, so their savings add up."
        return (
            f"{total}, not the {self.plain_sum_kg:,.1f} kg of their sum: of the same fuel or electricity of an entity, "
            "what one measure has saved the next cannot save again."
        )


def together(recommended: Sequence[Recommended]) -> Together:
    """What these save together. A measure counts once for an entity, with its largest saving."""
    left_out = dict(_without_saving(recommended))
    counted: dict[tuple[str, str], Recommended] = {}
    for each in sorted((one for one in recommended if one.id not in left_out), key=_largest_first):
        first = counted.setdefault((each.entity, each.measure_id), each)
        if first is not each:
            left_out[each.id] = f"it is the same measure at the same entity as recommendation {first.id}"
    parts = {each.id: _part(each) for each in counted.values()}
    left_out |= _of_what_others_may(parts)
    return Together(tuple(_supplies({key: part for key, part in parts.items() if key not in left_out})), left_out)


def _without_saving(recommended: Sequence[Recommended]) -> Iterator[tuple[int, str]]:
    for each in recommended:
        if each.saving_kg is None:
            yield each.id, "its saving is not known"


def _largest_first(each: Recommended) -> tuple[float, int]:
    return -(each.saving_kg or 0.0), each.id


def _of_what_others_may(parts: Mapping[int, Part]) -> dict[int, str]:
    """Those that nobody says what they save of, at a site where others count: adding them might count it twice."""
    known = {part.entity for part in parts.values() if part.end_use != OTHER}
    reason = "what it saves of is not known, and it may be what another one at the same entity saves of"
    return {key: reason for key, part in parts.items() if part.end_use == OTHER and part.entity in known}


def _supplies(counted: Mapping[int, Part]) -> Iterator[Supply]:
    groups: defaultdict[tuple[str, str], dict[int, Part]] = defaultdict(dict)
    for key, part in counted.items():
        groups[part.entity, supply_of(part.end_use)][key] = part
    for (entity, supply), parts in sorted(groups.items()):
        plain_sum = sum(part.saving_kg for part in parts.values())
        yield Supply(entity, supply, tuple(sorted(parts)), plain_sum, combined(list(parts.values())))


def _part(each: Recommended) -> Part:
    unheard_of = PROPULSION if each.entity.rpartition("/")[2] in ROAD else OTHER  # trips have nothing else
    end_use = each.end_use or END_USE.get(each.measure_id, unheard_of)
    return Part(each.entity, end_use, each.base_kg or 0.0, each.saving_kg or 0.0)
