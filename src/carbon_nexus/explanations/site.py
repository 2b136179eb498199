"""The lines of a site: meters, fuels, cooling, leaks and benchmarks, from the same `Sites` as the estimate. Pure."""

from math import expm1, sqrt

from carbon_nexus.emissions.sites import (
    COLD_STORE_DEGC,
    COP,
    FUEL,
    LEAK,
    METER,
    OWN_COP,
    RATED_POWER,
    USUAL_COP,
    VOLUME,
    Sites,
)
from carbon_nexus.emissions.sitetable import COLD_STORE, SET_POINT, SiteTable, benchmark_names
from carbon_nexus.explanations.worksheet import Worksheet
from carbon_nexus.factors.fuels import KWH, KWH_NET, LITRE, SITE_FUELS
from carbon_nexus.factors.model import Factor, FactorSet


def write_site(sheet: Worksheet, sites: Sites, table: SiteTable, factors: FactorSet) -> None:
    """The lines of one event of a site that has a number; `sites` holds it alone, the sheet knows its inputs.

    Gives `electricity_kwh` and `kwh_half_width`, `fuel_ttw_kg`, `fuel_wtt_kg` and `fuel_half_width`, and
    `biogenic_co2_kg`, each where there is any.
    """
    _Site(sheet, sites, table, factors).write()


class _Site:
    def __init__(self, sheet: Worksheet, sites: Sites, table: SiteTable, factors: FactorSet) -> None:
        self.sheet, self.sites, self.table, self.factors = sheet, sites, table, factors
        self.by_area, self.by_volume = bool(sites.by_area[0]), bool(sites.by_volume[0])

    def write(self) -> None:
        if self.by_area or self.by_volume or self.sites.leak_kg[0] > 0:
            self._days()
        if self.by_area:
            self._know_use()
        if self.sites.metered[0] or self.sites.kwh[0] > 0:
            self._electricity()
        burnt = self._burnt()
        if burnt:
            self._fuel(burnt)

    def _days(self) -> None:
        hours = next(
            (name for name in ("period_hours", "shift_hours") if name in self.sheet and self.sheet[name] > 0), None
        )
        self.sheet.know("one_day", 1.0, "days", label="period_hours is missing: taken as")
        template = "{one_day}" if hours is None else f"{{{hours}}} / 24"
        self.sheet.write("days", template, "days", "days that the event covers", self.sites.assumed_days[0])

    def _know_use(self) -> None:
        use = self.table.building_uses[int(self.sites["building_use"][0])]
        labels = ("median electricity", "10th percentile", "90th percentile", "median gas")
        for name, factor_name, label in zip(
            ("p50", "p10", "p90", "gas_p50"), benchmark_names(use), labels, strict=True
        ):
            self.sheet.know_factor(name, self.factors.find(factor_name), "value", label)

    def _electricity(self) -> None:
        """Metered, cooling outside the meter, or by benchmark, and the half-width of their sum."""
        widths = {}
        if self.sites.metered[0]:
            widths["energy_kwh"] = METER
        if self.sites.cooling_kwh[0] > 0:
            widths["cooling_kwh"] = self._cooling()
        if self.by_area or self.by_volume:
            widths["benchmark_kwh"] = self._benchmark()
        template = " + ".join(f"{{{name}}}" for name in widths)
        self.sheet.write("electricity_kwh", template, "kWh", "electricity", self.sites.kwh[0])
        self._write_width("kwh_half_width", widths, "kilowatt-hours", self.sites.account().kwh_spread_2[0])

    def _cooling(self) -> float:
        own = self.sites.cop_told[0]
        self.sheet.know("usual_cop", USUAL_COP, label="usual COP (assumption)")
        template = "{cooling_load} / {cooling_cop}" if own else "{cooling_load} / {usual_cop}"
        about = "electricity for cooling, which is behind another meter"
        self.sheet.write("cooling_kwh", template, "kWh", about, self.sites.cooling_kwh[0])
        return OWN_COP if own else COP

    def _benchmark(self) -> float:
        about, value = "electricity by benchmark", self.sites.benchmark_kwh[0]
        if self.by_area:
            self.sheet.write("benchmark_kwh", "{floor_area_m2} * {p50} * {days} / 365", "kWh", about, value)
            return self._area_width()
        self.sheet.know_factor("per_m3", self.factors.find(COLD_STORE), "value", "cold stores, mean")
        self.sheet.know_factor("per_degree", self.factors.find(SET_POINT), "value", "per degree")
        self._colder()
        template = "{inventory_volume} * {per_m3} * {days} / 365 * (1 + {per_degree} / 100) ** {colder_by}"
        self.sheet.write("benchmark_kwh", template, "kWh", about, value)
        return VOLUME

    def _colder(self) -> None:
        """`colder_by`, K below the temperature that the figure is taken to hold at, not more than 60."""
        self.sheet.know("store_degc", COLD_STORE_DEGC, "degC", label="the figure holds at (assumption)")
        self.sheet.know("coldest", 60.0, "K", label="at the most")
        template = "{store_degc} - {temperature}" if self.sheet["temperature"] >= -60 else "{coldest}"
        self.sheet.write("colder_by", template, "K", "colder than that")

    def _area_width(self) -> float:
        """The half-width of the benchmark by area: its 10th to 90th percentile, stretched to 95 %."""
        if "area_half_width" not in self.sheet:
            p10, p50, p90 = (self.sheet[name] for name in ("p10", "p50", "p90"))
            wider = "{p90} / {p50}" if p90 / p50 >= p50 / p10 else "{p50} / {p10}"
            about = "95 % half-width of the benchmark, from its wider 80 % side"
            self.sheet.write("area_half_width", f"({wider}) ** (1.96 / 1.2816) - 1", "", about)
        return self.sheet["area_half_width"]

    def _burnt(self) -> dict[str, float]:
        """Direct and upstream lines of each fuel and of leaks; what was burnt, with its half-width."""
        write = {"gas": self._gas, "furnace": self._furnace, "fuel": self._other_fuel, "leaks": self._leaks}
        return {_named(name): written() for name, written in write.items() if self._counts(name)}

    def _counts(self, name: str) -> bool:
        """Whether a fuel was burnt; a gas meter that stood still is a reading too."""
        read = name == "gas" and self.sites["gas_kwh"][0] >= 0
        return bool(read or self.sites.burnt("ttw")[name][0] > 0 or self.sites.burnt("wtt")[name][0] > 0)

    def _gas(self) -> float:
        amount = "gas_kwh"
        if self.sites.benchmark_gas_kwh[0] > 0:
            amount, about = "benchmark_gas_kwh", "natural gas by benchmark"
            template = "{floor_area_m2} * {gas_p50} * {days} / 365"
            self.sheet.write(amount, template, "kWh gross", about, self.sites.benchmark_gas_kwh[0])
        self._write_burnt("gas", amount, "natural_gas", KWH)
        return self._area_width() if amount == "benchmark_gas_kwh" else FUEL

    def _furnace(self) -> float:
        fuel = self.table.fuels[int(self.sites["furnace_fuel"][0])]
        if not self.sites.furnace_rated[0]:
            self._write_burnt("furnace", "furnace_usage", fuel, int(self.sites["furnace_unit"][0]))
            return FUEL
        template, about = "{furnace_usage} * {furnace_rated_kw}", "fuel of the furnace, hours x rated power"
        self.sheet.write("furnace_kwh", template, "kWh", about, self.sites.furnace_amount[0])
        self._write_burnt("furnace", "furnace_kwh", fuel, KWH_NET)
        return RATED_POWER

    def _other_fuel(self) -> float:
        self._write_burnt("fuel", "fuel_litres", self.table.fuels[int(self.sites["fuel_type"][0])], LITRE)
        return FUEL

    def _leaks(self) -> float:
        refrigerant = self.table.refrigerants[int(self.sites["refrigerant"][0])]
        equipment = self.table.leak_equipment[int(self.sites["leak_equipment"][0])]
        self.sheet.know_factor(
            "gwp", self.factors.find(f"refrigerant/{refrigerant}"), "value", f"GWP100 of {refrigerant}"
        )
        leakage = self.factors.find(f"leakage/{equipment}/operation")
        self.sheet.know_factor("leakage", leakage, "value", f"leakage of {equipment}")
        template = "{refrigerant_charge_kg} * {leakage} / 100 * {days} / 365 * {gwp}"
        self.sheet.write("leaks_ttw_kg", template, "kg", "refrigerant lost, direct", self.sites.leak_kg[0])
        return LEAK

    def _write_burnt(self, name: str, amount: str, fuel: str, unit: int) -> None:
        """The emission of one fuel from its amount, its upstream part and its biogenic CO2 too."""
        factor_name, ratio = SITE_FUELS[fuel][unit]
        factor = self.factors.find(factor_name)
        self.sheet.know_parts(f"{name}_rate", factor, fuel)
        self.sheet.know("of_its_unit", ratio, label="its unit")
        template = f"{{{amount}}} * {{{name}_rate_@}}" + ("" if ratio == 1 else " * {of_its_unit}")
        kg = {part: self.sites.burnt(part)[name][0] for part in ("ttw", "wtt")}
        self.sheet.write_parts(f"{_named(name)}_@_kg", template, "kg", f"@ emission, {_named(name)}", kg)
        self._write_biogenic(name, template, factor)

    def _write_biogenic(self, name: str, template: str, factor: Factor) -> None:
        value = self.sites.burnt("biogenic")[name][0]
        if name != "gas" and value > 0:
            self.sheet.know_factor(f"{name}_rate_biogenic", factor, "biogenic_co2", "outside the scopes")
            template, about = template.replace("@", "biogenic"), f"biogenic CO2, {_named(name)}"
            self.sheet.write(f"{_named(name)}_biogenic_kg", template, "kg", about, value)

    def _fuel(self, widths: dict[str, float]) -> None:
        """The sums over all fuels and leaks, and their half-width."""
        for part, about in (("ttw", "direct emission of fuels and leaks"), ("wtt", "upstream emission of fuels")):
            terms = [f"{{{name}_{part}_kg}}" for name in widths if f"{name}_{part}_kg" in self.sheet]
            kg = sum(each[0] for each in self.sites.burnt(part).values())
            self.sheet.write(f"fuel_{part}_kg", " + ".join(terms) or "0", "kg", about, kg)
        biogenic = [f"{{{name}_biogenic_kg}}" for name in widths if f"{name}_biogenic_kg" in self.sheet]
        if biogenic:
            about = "biogenic CO2, outside the scopes"
            self.sheet.write("biogenic_co2_kg", " + ".join(biogenic), "kg", about)
        if len(widths) > 1:
            for name in widths:
                parts = [f"{{{name}_{part}_kg}}" for part in ("ttw", "wtt") if f"{name}_{part}_kg" in self.sheet]
                self.sheet.write(f"{name}_kg", " + ".join(parts), "kg", f"{name}, direct and upstream")
        amounts = {f"{name}_kg": width for name, width in widths.items()}
        self._write_width("fuel_half_width", amounts, "fuels and leaks", self.sites.account().fuel_spread_2[0])

    def _write_width(self, step: str, widths: dict[str, float], what: str, spread_2: float) -> None:
        """The half-width of a sum: its parts are independent, so their squares add up, weighted by amount."""
        value = expm1(sqrt(spread_2)) if spread_2 else None  # of nothing the estimator needs no half-width
        for name, width in widths.items():
            label = f"half-width of {name.removesuffix('_kwh').removesuffix('_kg')}"
            self.sheet.know(f"width_of_{name}", width, label=label)
        about = f"95 % half-width of the {what}"
        if len(widths) == 1:
            self.sheet.write(step, f"{{width_of_{next(iter(widths))}}}", "", about, value)
            return
        squares = " + ".join(f"({{{name}}} * {{width_of_{name}}}) ** 2" for name in widths)
        total = " + ".join(f"{{{name}}}" for name in widths)
        self.sheet.write(step, f"({squares}) ** 0.5 / ({total})", "", about, value)


def _named(name: str) -> str:
    """The name of a part of `Sites.burnt` in lines, where "fuel" is the sum of all."""
    return "other_fuel" if name == "fuel" else name
