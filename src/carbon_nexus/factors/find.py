"""Which factors of a set a person asks for."""

from carbon_nexus.factors.library import factor_set, set_names
from carbon_nexus.factors.model import Factor, FactorSet, UnknownFactor, near
from carbon_nexus.factors.shapes import shapes


def sets_with(factor_id: str) -> tuple[Factor, dict[str, bool]]:
    """The factor (or curve) of this id and the sets that hold it, each with whether it counts there for its name.

    Raises UnknownFactor, naming near ids, when no set holds it.
    """
    sets = [factor_set(name) for name in set_names()]
    if shape := shapes().get(factor_id):
        return shape, {found.name: True for found in sets if shape.edition in found.editions}
    holding = [found for found in sets if factor_id in found.factors]
    if not holding:
        everywhere = {each: None for found in sets for each in (*found.factors, *shapes())}
        raise UnknownFactor(f"There is no factor {factor_id[:200]!r}.", near(factor_id, everywhere))
    factor = holding[0].factors[factor_id]
    return factor, {found.name: found.counts(factor) for found in holding}


def matching(
    factors: FactorSet,
    *,
    search: str | None = None,
    edition: str | None = None,
    region: str | None = None,
    unit: str | None = None,
) -> list[Factor]:
    """The set's factors under all given filters, by id.

    `search`: every word of it stands somewhere in id, table, publisher or note; `edition`, `region` and `unit` are
    compared whole. Case never matters.
    """
    words = (search or "").lower().split()
    exact = {"edition": edition, "region": region, "unit": unit}
    wanted = {name: text.lower() for name, text in exact.items() if text}
    return [
        factor
        for _, factor in sorted(factors.factors.items())
        if all(getattr(factor, name).lower() == text for name, text in wanted.items()) and _has(factor, words)
    ]


def _has(factor: Factor, words: list[str]) -> bool:
    text = f"{factor.id} {factor.table} {factor.publisher} {factor.note}".lower()
    return all(word in text for word in words)
