"""Sites as arrays: factories and warehouses, from meters, fuels, cooling and leaks to fuel and electricity used.

    electricity = metered kWh (+ cooling / COP where it is behind another meter), or a benchmark where none is metered
    fuel        = gas + furnace + other fuel, each by its factor, + refrigerant charge x leakage x days / 365 x GWP

The meter's total already holds machines and cooling, so they are never added to it. Pure numpy, one row per event.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from carbon_nexus.emissions.account import Account, Codes, Floats, Mask, SiteNote, noted
from carbon_nexus.emissions.model import Way
from carbon_nexus.emissions.sitetable import SiteTable
from carbon_nexus.factors.fuels import KWH, KWH_NET, LITRE

# Heat moved per kWh of electricity by an air-cooled chiller, where the site's own is not known (engineering value).
USUAL_COP = 3.0
# Below this a given one is a slip, not a plant, and counts as not known.
LEAST_COP = 0.1

# Relative 95 % half-widths: meters and measured fuels; rated power x hours; cooling by its own or the usual COP;
# leaks by a screening rate (an assumption: screening rates are good to a factor of two); stored volume (40 to 250 %).
METER, FUEL, RATED_POWER, OWN_COP, COP, LEAK, VOLUME = 0.02, 0.05, 0.30, 0.10, 0.50, 1.00, 1.50

# Energy of a cold store per m3 holds at this temperature; the published figure names none (assumption).
COLD_STORE_DEGC = 0.0
WARMEST_COLD_STORE_DEGC = 15.0
HOURS_PER_DAY, DAYS_PER_YEAR = 24.0, 365.0


class Sites:
    """Every quantity on the way to the result, one value per event; each is computed once, when it is first read.

    `given` holds columns by name: amounts (kWh, litres, hours, m2, m3, kg, degC; NaN: not known) and places in
    `table` (`furnace_fuel`, `furnace_unit`, `fuel_type`, `refrigerant`, `leak_equipment`, `building_use`; -1: none).
    Masses are kg CO2e.
    """

    def __init__(self, given: Mapping[str, Floats], table: SiteTable) -> None:
        self._given, self._table = given, table

    def __getitem__(self, column: str) -> Floats:
        return self._given[column]

    @cached_property
    def metered(self) -> Mask:
        return ~np.isnan(self["energy_kwh"])

    @cached_property
    def days(self) -> Floats:
        """Days that the event covers: period_hours, for a factory else its shift; NaN where neither is known."""
        hours = np.where(self["period_hours"] > 0, self["period_hours"], self["shift_hours"])
        return np.where(hours > 0, hours / HOURS_PER_DAY, np.nan)

    @cached_property
    def assumed_days(self) -> Floats:
        """The same, one day where it is not known: for what is a rate per day anyway."""
        return np.where(np.isnan(self.days), 1.0, self.days)

    @cached_property
    def metered_kwh(self) -> Floats:
        return np.where(self.metered, self["energy_kwh"], 0.0)

    @cached_property
    def cop_told(self) -> Mask:
        return self["cooling_cop"] >= LEAST_COP

    @cached_property
    def cop(self) -> Floats:
        return np.where(self.cop_told, self["cooling_cop"], USUAL_COP)

    @cached_property
    def cooling_kwh(self) -> Floats:
        """Electricity for cooling that the meter does not hold: heat moved (kWh) over the COP."""
        outside = (self["cooling_metered"] == 0) & (self["cooling_load"] > 0)
        return np.where(outside, self["cooling_load"] / self.cop, 0.0)

    @cached_property
    def by_area(self) -> Mask:
        """Whether the site's energy is a benchmark per m2: nothing metered, floor area and use known."""
        told = (self["floor_area_m2"] > 0) & (self["building_use"] >= 0)
        burns = (self["gas_kwh"] > 0) | self.fuel_counts | self.furnace_counts
        return ~self.metered & told & ((self["is_warehouse"] > 0) | ~burns)

    @cached_property
    def by_volume(self) -> Mask:
        """Whether it is a cold store's per m3: nothing metered, no area, volume known, and cold."""
        cold = self["temperature"] <= WARMEST_COLD_STORE_DEGC
        stored = (self["is_warehouse"] > 0) & (self["inventory_volume"] > 0)
        return ~self.metered & ~self.by_area & stored & cold

    @cached_property
    def benchmark_kwh(self) -> Floats:
        years = self.assumed_days / DAYS_PER_YEAR
        area = self["floor_area_m2"] * self._of_use("kwh_per_m2") * years
        return np.where(self.by_area, area, np.where(self.by_volume, self._cold_store_kwh(years), 0.0))

    @cached_property
    def benchmark_gas_kwh(self) -> Floats:
        wanted = self.by_area & np.isnan(self["gas_kwh"])
        gas = self["floor_area_m2"] * self._of_use("gas_kwh_per_m2") * self.assumed_days / DAYS_PER_YEAR
        return np.where(wanted, gas, 0.0)

    @cached_property
    def gas_kwh(self) -> Floats:
        """Natural gas, kWh gross: as billed, else by the benchmark."""
        return np.where(self["gas_kwh"] > 0, self["gas_kwh"], self.benchmark_gas_kwh)

    @cached_property
    def furnace_rated(self) -> Mask:
        """Whether the furnace is counted by hours at its rated power."""
        return (self["furnace_unit"] == self._table.hours) & (self["furnace_rated_kw"] > 0)

    @cached_property
    def furnace_amount(self) -> Floats:
        """What the furnace burnt, in the unit its factor is per: as given, or hours x rated kW."""
        return self["furnace_usage"] * np.where(self.furnace_rated, self["furnace_rated_kw"], 1.0)

    @cached_property
    def furnace_billed(self) -> Mask:
        """Whether the gas bill already holds what the furnace burnt."""
        return (self["furnace_fuel"] == self._table.natural_gas) & (self["gas_kwh"] > 0)

    @cached_property
    def furnace_counts(self) -> Mask:
        return (self["furnace_usage"] > 0) & ~np.isnan(self._furnace_rate("ttw")) & ~self.furnace_billed

    @cached_property
    def fuel_counts(self) -> Mask:
        """Whether other fuel in litres is counted: its name is known and sold by the litre."""
        return (self["fuel_litres"] > 0) & ~np.isnan(self._litre_rate("ttw"))

    @cached_property
    def leak_kg(self) -> Floats:
        """Refrigerant lost, kg CO2e: charge x yearly rate x days / 365 x GWP; only where the period is known."""
        return np.where(self._lost > 0, self._lost, 0.0)

    @cached_property
    def kwh(self) -> Floats:
        return self.metered_kwh + self.cooling_kwh + self.benchmark_kwh

    @cached_property
    def way(self) -> Codes:
        """Metered, in part computed or left out, or by benchmark; 0 where nothing tells how much energy was used."""
        benchmark = self.by_area | self.by_volume
        measured = self.metered | (self["gas_kwh"] > 0) | self.fuel_counts | self.furnace_counts
        computed = (self.cooling_kwh > 0) | (self.leak_kg > 0) | (self.furnace_counts & self.furnace_rated)
        computed |= ~self.metered | self._furnace_left_out | self._fuel_left_out
        way = np.where(measured, np.where(computed, Way.COMPUTED, Way.METERED), Way.NONE)
        return np.where(benchmark, Way.BENCHMARK, way)

    def burnt(self, part: str) -> dict[str, Floats]:
        """kg CO2e of the direct ("ttw") or upstream ("wtt") part by what was burnt or lost."""
        rates = self._table.fuel_rates[part]
        furnace, litres = self.furnace_amount * self._furnace_rate(part), self["fuel_litres"] * self._litre_rate(part)
        return {
            "gas": self.gas_kwh * rates[self._table.natural_gas, KWH],
            "furnace": np.where(self.furnace_counts, furnace, 0.0),
            "fuel": np.where(self.fuel_counts, litres, 0.0),
            "leaks": self.leak_kg if part == "ttw" else np.zeros(len(self.leak_kg)),
        }

    def account(self) -> Account:
        """Fuel and electricity of every event; electricity has no gases of its own."""
        ttw, wtt, biogenic = self.burnt("ttw"), self.burnt("wtt"), self.burnt("biogenic")
        nothing = np.full(len(self.way), np.nan)
        burns = self.way > 0
        return Account(
            way=self.way.astype(np.int8),
            notes=self._notes(),
            fuel_ttw=np.where(burns, sum(ttw.values()), 0.0),
            fuel_wtt=np.where(burns, sum(wtt.values()), 0.0),
            fuel_spread_2=self._fuel_spread_2({name: ttw[name] + wtt[name] for name in ttw}),
            kwh=np.where(burns, self.kwh, 0.0),
            kwh_spread_2=self._kwh_spread_2,
            co2=nothing,
            ch4=nothing,
            n2o=nothing,
            biogenic=biogenic["furnace"] + biogenic["fuel"],
        )

    @cached_property
    def _lost(self) -> Floats:
        rate = self._table.leak_per_year[self._place("leak_equipment")]
        gwp = self._table.gwp[self._place("refrigerant")]
        # a plant leaks day and night: a shift is no measure of it
        years = self["period_hours"] / HOURS_PER_DAY / DAYS_PER_YEAR
        return self["refrigerant_charge_kg"] * rate * years * gwp

    def _cold_store_kwh(self, years: Floats) -> Floats:
        colder_by = np.clip(COLD_STORE_DEGC - self["temperature"], -WARMEST_COLD_STORE_DEGC, 60.0)
        return self["inventory_volume"] * self._table.kwh_per_m3 * years * self._table.per_degree**colder_by

    def _place(self, column: str) -> Codes:
        return self[column].astype(np.int64)

    def _of_use(self, quantity: str) -> Floats:
        return self._table.uses[quantity][self._place("building_use")]

    def _furnace_rate(self, part: str) -> Floats:
        unit = np.where(self.furnace_rated, KWH_NET, self._place("furnace_unit"))
        unit = np.where((unit == self._table.hours) & ~self.furnace_rated, -1, unit)
        return self._table.fuel_rates[part][self._place("furnace_fuel"), unit]

    def _litre_rate(self, part: str) -> Floats:
        return self._table.fuel_rates[part][self._place("fuel_type"), LITRE]

    @cached_property
    def _kwh_spread_2(self) -> Floats:
        by_area = np.expm1(self._of_use("log_spread"))
        benchmark = np.where(self.by_area, by_area, VOLUME)
        cooling = np.where(self.cop_told, OWN_COP, COP)
        parts: tuple[tuple[Floats, Floats | float], ...] = (
            (self.metered_kwh, METER),
            (self.cooling_kwh, cooling),
            (self.benchmark_kwh, benchmark),
        )
        return _spread_2([(kwh, half_width) for kwh, half_width in parts if kwh.any()])

    def _fuel_spread_2(self, kg: Mapping[str, Floats]) -> Floats:
        gas = np.where(self.benchmark_gas_kwh > 0, np.expm1(self._of_use("log_spread")), FUEL)
        furnace = np.where(self.furnace_rated, RATED_POWER, FUEL)
        half_widths: dict[str, Floats | float] = {"gas": gas, "furnace": furnace, "fuel": FUEL, "leaks": LEAK}
        return _spread_2([(kg[name], half_widths[name]) for name in kg if kg[name].any()])

    def _notes(self) -> Codes:
        furnace, cooling = self["furnace_usage"] > 0, self["cooling_load"] > 0
        some, benchmark = self.way > 0, self.by_area | self.by_volume
        return noted(
            {
                SiteNote.ELECTRICITY: some & (self.kwh > 0),
                SiteNote.NO_ELECTRICITY: some & ~self.metered & ~benchmark,
                SiteNote.GAS: some & (self.gas_kwh > 0),
                SiteNote.FURNACE: self.furnace_counts,
                SiteNote.FURNACE_POWER: self.furnace_counts & self.furnace_rated,
                SiteNote.NO_FURNACE: some & self._furnace_left_out,
                SiteNote.SITE_FUEL: self.fuel_counts,
                SiteNote.NO_LITRES: some & self._fuel_left_out,
                SiteNote.COOLING_ADDED: self.cooling_kwh > 0,
                SiteNote.NO_COOLING: some & cooling & np.isnan(self["cooling_metered"]),
                SiteNote.LEAKS: some & (self.leak_kg > 0),
                SiteNote.NO_LEAKS: some & (self["refrigerant_charge_kg"] > 0) & np.isnan(self._lost),
                SiteNote.ONE_DAY: benchmark & np.isnan(self.days),
                SiteNote.BY_AREA: self.by_area,
                SiteNote.BY_VOLUME: self.by_volume,
                SiteNote.BILLED: some & furnace & self.furnace_billed,
                SiteNote.USUAL_COP: some & (self.cooling_kwh > 0) & ~self.cop_told,
            }
        )

    @cached_property
    def _furnace_left_out(self) -> Mask:
        elsewhere = self.furnace_counts | self.furnace_billed | self._electric_furnace
        return (self["furnace_usage"] > 0) & ~elsewhere

    @cached_property
    def _fuel_left_out(self) -> Mask:
        return (self["fuel_litres"] > 0) & ~self.fuel_counts

    @cached_property
    def _electric_furnace(self) -> Mask:
        """A furnace on the site's own meter: nothing of it is left out."""
        return (self["furnace_fuel"] == self._table.electricity) & self.metered


def _spread_2(parts: list[tuple[Floats, Floats | float]]) -> Floats:
    """Square of the log half-width of a sum of independent parts, from kg (or kWh) and half-width of each."""
    if not parts:
        return np.zeros(1)
    total = sum(amount for amount, _ in parts)
    square = sum((amount * half_width) ** 2 for amount, half_width in parts)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.sqrt(square) / total
    return np.log1p(np.where(total > 0, relative, 0.0)) ** 2
