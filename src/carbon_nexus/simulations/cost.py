"""What the changes cost or save in money, as far as the amounts are known. Pure."""

from carbon_nexus.simulations.account import WEEK_DAYS, YEAR_DAYS, delta_kg, moved_amount
from carbon_nexus.simulations.schemas import Cost, CostPart, Prices
from carbon_nexus.simulations.weigh import Weighed

_UNKNOWN = {
    "electricity": "nothing tells their kWh",
    "fuel": "litres are known only where they were measured",
    "distance": "distance_km is missing",
}


def cost(weighed: Weighed, prices: Prices, days: int) -> Cost:
    """The change of cost over the days of the period; a number that rests on amounts nobody knows is null."""
    priced = (
        ("electricity", "electricity_kwh", prices.electricity_per_kwh),
        ("fuel", "fuel_litres", prices.fuel_per_litre),
        ("distance", "distance_km", prices.distance_per_km),
    )
    parts = [_part(weighed, part, name, price) for part, name, price in priced if price is not None]
    if prices.carbon_per_tonne is not None:
        parts.append(_carbon(weighed, prices.carbon_per_tonne))
    unknown = [each for each in parts if each.change is None]
    change = None if unknown or not parts else sum(each.change or 0.0 for each in parts)
    per_year = None if change is None else change * YEAR_DAYS / days
    payback, why_not = _payback(per_year, prices.investment)
    reasons = [f"{each.part}: {each.reason}" for each in unknown] or ([] if parts else ["no price was given"])
    return Cost(
        currency=prices.currency,
        parts=parts,
        change=change,
        per_week=None if change is None else change * WEEK_DAYS / days,
        per_year=per_year,
        investment=prices.investment,
        payback_years=payback,
        reason="; ".join([*reasons, *([why_not] if why_not else [])]) or None,
    )


def _part(weighed: Weighed, part: str, name: str, price: float) -> CostPart:
    moved, known, unknown = moved_amount(weighed, name)
    reason = f"not known of {unknown:,} of {known + unknown:,} changed events: {_UNKNOWN[part]}" if unknown else None
    return CostPart(
        part=part,
        change=None if unknown else moved * price,
        known_events=known,
        events=known + unknown,
        known_change=moved * price,
        reason=reason,
    )


def _carbon(weighed: Weighed, price: float) -> CostPart:
    _, known, unknown = moved_amount(weighed, "distance_km")
    change, events = delta_kg(weighed) / 1000 * price, known + unknown
    return CostPart(part="carbon", change=change, known_events=events, events=events, known_change=change, reason=None)


def _payback(per_year: float | None, investment: float | None) -> tuple[float | None, str | None]:
    """Years until the saving has paid the investment back, or why there are none."""
    if investment is None:
        return None, "no payback_years: no investment was given"
    if per_year is None:
        return None, "no payback_years: the saving is not known"
    if per_year >= 0:
        return None, "no payback_years: nothing is saved"
    return investment / -per_year, None
