"""What an upgrade from one factor set to another changes, name by name: printed before anyone switches."""

from dataclasses import dataclass
from enum import StrEnum

from carbon_nexus.factors.library import CURVES
from carbon_nexus.factors.model import PARTS, Factor, FactorSet

# Whatever enters a result as a number, the interval's width included.
COMPARED = (*PARTS, "direct_co2", "direct_ch4", "direct_n2o", "biogenic_co2", "uncertainty_pct")


class Kind(StrEnum):
    """What happens to a name between two sets."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One number that differs, or one name that only one of the sets has (`part`, `old` and `new` None then).

    `old` and `new` are None too where only one source gives the part. `change_pct` is None where either is, where
    `old` is 0, or where the unit or the warming potentials changed with it (`note` says so).
    """

    kind: Kind
    name: str
    part: str | None
    unit: str
    old: float | None
    new: float | None
    change_pct: float | None
    old_id: str | None
    new_id: str | None
    note: str


def diff(old: FactorSet, new: FactorSet) -> list[Change]:
    """Every number that counts in one set and differs in the other: changed first, then added, then removed.

    Names are compared, not ids: `electricity-uk/kwh` of one edition against that of another.
    """
    changed = [
        change
        for name, before in old.named.items()
        if (after := new.get(name)) and after is not before
        for change in _changes(before, after)
    ]
    return [*changed, *_only_in(Kind.ADDED, new, old), *_only_in(Kind.REMOVED, old, new)]


def _changes(before: Factor, after: Factor) -> list[Change]:
    differs = [
        f"{word} was {a or 'none'}, is {b or 'none'}"
        for word, a, b in (("unit", before.unit, after.unit), ("GWP set", before.gwp_set, after.gwp_set))
        if a != b
    ]
    note = "; ".join(differs)
    pairs = ((part, getattr(before, part), getattr(after, part)) for part in COMPARED)
    return [
        Change(
            kind=Kind.CHANGED,
            name=before.name,
            part=part,
            unit="%" if part == "uncertainty_pct" else after.unit,
            old=was,
            new=now,
            change_pct=None if note else _percent(was, now),
            old_id=before.id,
            new_id=after.id,
            note=note,
        )
        for part, was, now in pairs
        if was != now or (note and was is not None and part in PARTS)
    ]


def _percent(old: float | None, new: float | None) -> float | None:
    return None if new is None or not old else 100 * (new - old) / old


def _only_in(kind: Kind, here: FactorSet, there: FactorSet) -> list[Change]:
    names = {name: (factor.unit, factor.id) for name, factor in here.named.items()}
    # Curves are no factors, but a set with them estimates otherwise than one without.
    names |= {edition: ("curves", edition) for edition in here.editions if edition in CURVES}
    known = {*there.named, *there.editions}
    return [
        Change(
            kind=kind,
            name=name,
            part=None,
            unit=unit,
            old=None,
            new=None,
            change_pct=None,
            old_id=found if kind is Kind.REMOVED else None,
            new_id=found if kind is Kind.ADDED else None,
            note="",
        )
        for name, (unit, found) in names.items()
        if name not in known
    ]
