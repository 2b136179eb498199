"""A change of a population in one plain sentence. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from carbon_nexus.activities.model import EVENT_TYPES, FIELD_OF
from carbon_nexus.measures.changes import rule_of
from carbon_nexus.measures.model import Measure
from carbon_nexus.simulations.change import is_relative
from carbon_nexus.simulations.schemas import WhereSpec


def sentence(where: WhereSpec, event_types: Sequence[str], values: Mapping[str, float | str]) -> str:
    """What becomes of which events, such as `Delivery events with vehicle van* and fuel diesel: fuel_type becomes
    electric.`
    """
    told = "All" if tuple(event_types) == EVENT_TYPES else _listed(event_types, "and").capitalize()
    subject = " ".join([f"{told} events", *_conditions(where)])
    return f"{subject}: {', '.join(_becomes(name, value) for name, value in values.items())}."


def measure_sentence(measure: Measure) -> str:
    """What a measure is, and how large its effect is taken."""
    if rule_of(measure).replaces:
        return f"{measure.id}, {measure.title}: wherever it fits, with the saving that the estimator finds."
    return f"{measure.id}, {measure.title}: wherever it fits, at its typical {measure.reduction_typical_pct:g} %."


def _conditions(where: WhereSpec) -> Iterator[str]:
    named = {"vehicle": where.vehicle_type, "fuel": where.fuel_type}
    whose = [f"{what} {_listed(names, 'or')}" for what, names in named.items() if names]
    whose += [f"{name} of at least {_amount(name, bound)}" for name, bound in where.min.items()]
    whose += [f"{name} of at most {_amount(name, bound)}" for name, bound in where.max.items()]
    if whose:
        yield f"with {_listed(whose, 'and')}"
    if (day := where.per_day) is not None:
        ends = (("least", day.min_distance_km), ("most", day.max_distance_km))
        bounds = [f"at {word} {km:g} km" for word, km in ends if km is not None]
        if bounds:
            yield f"on days on which these of an entity add up to {' and '.join(bounds)}"


def _becomes(name: str, value: float | str) -> str:
    if isinstance(value, str) and is_relative(value):
        text = value.strip()
        return f"{name} {'rises' if text[0] == '+' else 'falls'} by {text[1:-1].strip()} %"
    return f"{name} becomes {_amount(name, value)}"


def _amount(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    unit = FIELD_OF[name].unit if name in FIELD_OF else ""
    return f"{value:,.10g} {unit}".strip()


def _listed(names: Sequence[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
