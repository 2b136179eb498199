"""The lines of electricity and of the sums: rates of the grid, TTW, WTT, CO2e and the 95 % interval. Pure."""

from collections.abc import Mapping
from typing import Any

from carbon_nexus.emissions.electricity import Electricity
from carbon_nexus.explanations.worksheet import Worksheet
from carbon_nexus.factors.grid import GridRegion
from carbon_nexus.factors.model import FactorSet, Rate
from carbon_nexus.factors.shapes import PROFILE_ID

_POWER = {
    "scope2_kg": ("grid_direct", "generation, scope 2 location-based"),
    "power_wtt_kg": ("grid_upstream", "its upstream part and losses"),
    "power_kg": ("grid_full", "full chain"),
}


def write_power(sheet: Worksheet, grid: Electricity, factors: FactorSet) -> None:
    """`power_kg`, and where the region's sources tell them `scope2_kg` and `power_wtt_kg`; `power_half_width`.

    `grid` is of this event alone; `electricity_kwh` and `kwh_half_width` are known.
    """
    region = grid.regions[int(grid.place[0])]
    _write_rates(sheet, grid, region, factors)
    for step, (rate, about) in _POWER.items():
        if rate in sheet:
            sheet.write(step, f"{{electricity_kwh}} * {{{rate}}}", "kg", f"electricity, {about}")
    if "market_kg_per_kwh" in sheet:
        template, about = "{electricity_kwh} * {market_kg_per_kwh}", "scope 2 by its contract, market-based"
        sheet.write("scope2_market_kg", template, "kg", about)
    widths = ["kwh_half_width"]
    if region.uncertainty_pct is not None:
        sheet.know("grid_half_width", region.uncertainty_pct / 100, label="half-width of the grid's yearly mean")
        widths.append("grid_half_width")
    sheet.write_quadrature("power_half_width", widths, "95 % half-width of electricity")


def write_totals(sheet: Worksheet, said: Mapping[str, Any]) -> None:
    """The last lines, `ttw_kg`, `wtt_kg`, `co2e_kg`, `low_kg` and `high_kg`, with the numbers of the estimate `said`.

    What the estimate does not tell (a grid whose source has one number for all) has no line.
    """
    if "fuel_ttw_kg" in sheet and "power_kg" in sheet:
        sheet.write("fuel_kg", "{fuel_ttw_kg} + {fuel_wtt_kg}", "kg", "fuel, direct and upstream")
    _write_half_width(sheet)
    if said["ttw_kg"] is not None and said["wtt_kg"] is not None:
        _write_sum(sheet, "ttw_kg", ("fuel_ttw_kg", "scope2_kg"), "direct emission (TTW)", said)
        _write_sum(sheet, "wtt_kg", ("fuel_wtt_kg", "power_wtt_kg"), "upstream emission (WTT)", said)
    whole = ("ttw_kg", "wtt_kg") if "wtt_kg" in sheet else ("fuel_kg", "power_kg")
    _write_sum(sheet, "co2e_kg", whole, "CO2e, full chain", said)
    if said["low_kg"] is not None:
        about = "95 % interval of a lognormal"
        sheet.write("low_kg", "{co2e_kg} / (1 + {half_width})", "kg", f"{about}, lower end", said["low_kg"])
        sheet.write("high_kg", "{co2e_kg} * (1 + {half_width})", "kg", f"{about}, upper end", said["high_kg"])


def _write_rates(sheet: Worksheet, grid: Electricity, region: GridRegion, factors: FactorSet) -> None:
    """`grid_direct`, `grid_upstream` and `grid_full`, per kWh used; at its hour where the region has a profile."""
    at_hour = ""
    if region.hourly:
        ratio, label = grid.full_chain[0] / region.full_chain.value, "this hour of the season over the yearly mean"
        sheet.know("hour_ratio", ratio, label=label, factor_ids=(PROFILE_ID,))
        at_hour = " * {hour_ratio}"
    if region.direct:
        _know_rate(sheet, "generation", region.direct, "generation")
        _write_rate(sheet, "grid_direct", f"{{generation}}{at_hour}", "direct", grid.direct[0])
    if region.direct and region.wtt and region.losses:
        _know_rate(sheet, "generation_wtt", region.wtt, "WTT of generation")
        lost = factors.factor(region.losses.factor_id)
        sheet.know_factor("losses", lost, "direct", "losses")
        sheet.know_factor("losses_wtt", lost, "upstream", "WTT of losses")
        template = "{generation_wtt} + {losses} + {losses_wtt}"
        template = f"({template}){at_hour}" if at_hour else template
        _write_rate(sheet, "grid_upstream", template, "upstream", grid.upstream[0])
        _write_rate(sheet, "grid_full", "{grid_direct} + {grid_upstream}", "full chain", grid.full_chain[0])
    else:
        _know_rate(sheet, "life_cycle", region.full_chain, "life-cycle")
        _write_rate(sheet, "grid_full", f"{{life_cycle}}{at_hour}", "full chain", grid.full_chain[0])


def _know_rate(sheet: Worksheet, name: str, rate: Rate, label: str) -> None:
    sheet.know(name, rate.value, rate.unit, label=label, factor_ids=rate.factor_id.split(" + "))


def _write_rate(sheet: Worksheet, step: str, template: str, about: str, value: float) -> None:
    sheet.write(step, template, "kgCO2e/kWh", f"{about} rate of electricity used", value)


def _write_half_width(sheet: Worksheet) -> None:
    """`half_width` of the whole; fuel and electricity are independent, so their squares add up, weighted by kg."""
    about = "95 % half-width of the whole"
    if "fuel_kg" in sheet and sheet["fuel_kg"] + sheet["power_kg"] > 0:
        squares = "({fuel_kg} * {fuel_half_width}) ** 2 + ({power_kg} * {power_half_width}) ** 2"
        sheet.write("half_width", f"({squares}) ** 0.5 / ({{fuel_kg}} + {{power_kg}})", "", about)
    else:
        only = "power_half_width" if "power_kg" in sheet else "fuel_half_width"
        sheet.write("half_width", f"{{{only}}}", "", about)


def _write_sum(sheet: Worksheet, step: str, parts: tuple[str, ...], about: str, said: Mapping[str, Any]) -> None:
    sheet.write(step, " + ".join(f"{{{part}}}" for part in parts if part in sheet), "kg", about, said[step])
