"""Which factors of a set a person asks for."""

from carbon_nexus.factors.model import Factor, FactorSet


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
