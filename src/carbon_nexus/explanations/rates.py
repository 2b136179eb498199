"""The lines of a trip's rates: from published rows to kg per km, kWh per km, kg per MJ and per idle hour. Pure."""

from carbon_nexus.emissions.classes import ENERGY_RATIO, REFRIGERATION
from carbon_nexus.emissions.model import Path
from carbon_nexus.emissions.road import (
    DIESEL_MJ_PER_LITRE,
    IDLING,
    LITRE_NAMES,
    MJ_PER_KWH,
    stop_row,
)
from carbon_nexus.emissions.trips import Trips
from carbon_nexus.explanations.worksheet import Worksheet
from carbon_nexus.factors.model import Factor, FactorSet

MJ_PER_GJ = 1000.0
_PER_KM, _PER_TONNE_KM = "kgCO2e/km", "kgCO2e/tonne.km"


class Rates:
    """Writes the rates of one trip as they are needed; every number of a published row comes with its id."""

    def __init__(self, sheet: Worksheet, trips: Trips, path: Path, factors: FactorSet) -> None:
        self._sheet, self._trips, self._path, self._factors = sheet, trips, path, factors

    def write_loads(self) -> None:
        """`load_t`, and `payload_t` where the class has one."""
        self._sheet.write("load_t", "{load_kg} / 1000", "t", "load", self._trips.load_t[0])
        payload_t = self._path.payload_t
        if payload_t == payload_t:
            self._sheet.know_parts("full", self._row("/100-percent-laden/km"), "100 % laden")
            per_tonne_km = self._row("/100-percent-laden/tonne-km")
            self._sheet.know_factor("full_per_tonne_km", per_tonne_km, "direct", "100 % laden")
            about = "payload of the class, as its rows imply it"
            self._sheet.write("payload_t", "{full_ttw} / {full_per_tonne_km}", "t", about, payload_t)

    def write_per_km(self) -> None:
        """`per_km_ttw` and `per_km_wtt` at the class's own speed (per t.km for rail)."""
        template = self._load_line() if self._trips.by_load[0] else self._average()
        unit = _PER_TONNE_KM if self._path.per_tonne_km else _PER_KM
        if self._path.fuel_ids:
            self._sheet.write("diesel_per_km", template.replace("@", "ttw"), unit, "the same work on diesel, direct")
            self._write_energy_need()
            template = "{diesel_per_km} * {mj_per_diesel_kg} * {per_mj_@}"
        rates = {"ttw": self._trips.per_km_ttw[0], "wtt": self._trips.per_km_wtt[0]}
        self._sheet.write_parts("per_km_@", template, unit, "@ rate", rates)

    def write_per_mj(self) -> None:
        """`per_mj_ttw` and `per_mj_wtt` of the fuel."""
        if "per_mj_ttw" not in self._sheet:
            row, mj, told = self._energy_row()
            self._sheet.know_parts("energy", row, "fuel")
            self._sheet.know("mj_per_unit", mj, "MJ", label=told)
            self._sheet.write_parts("per_mj_@", "{energy_@} / {mj_per_unit}", "kgCO2e/MJ", "@ rate per MJ of the fuel")

    def write_idling(self) -> None:
        """`idle_ttw` and `idle_wtt`, per hour."""
        self._sheet.know_factor("idling", self._factors.find(IDLING), "direct", "measured on diesel lorries")
        self._sheet.know_parts("diesel", self._factors.find(LITRE_NAMES["diesel"]), "diesel")
        template = "{idling} * {diesel_@} / {diesel_ttw}"
        if self._path.fuel_ids:
            template = "{idling} * {mj_per_diesel_kg} * {per_mj_@}"
        rates = {"ttw": self._path.idle_ttw, "wtt": self._path.idle_wtt}
        self._sheet.write_parts("idle_@", template, "kgCO2e/h", "@ rate of idling", rates)

    def write_kwh_per_km(self) -> None:
        """`kwh_per_km` of an electric vehicle."""
        row = self._factors.factor(self._path.mean_ids[0])
        if row.value is None:
            self._sheet.know_factor("row_per_km", row, "direct", "battery-electric row")
            generation = self._factors.factor(self._path.mean_ids[1])
            self._sheet.know_factor("row_per_kwh", generation, "direct", "generation of the same edition")
            template = "{row_per_km} / {row_per_kwh}"
        else:
            self._sheet.know_factor("published_per_km", row, "value", "published")
            self._sheet.know("refrigeration", REFRIGERATION, label="refrigerated over plain")
            cooled = (self._path.vehicle_class or "").endswith("_refrigerated")
            template = "{published_per_km} * {refrigeration}" if cooled else "{published_per_km}"
        self._sheet.write("kwh_per_km", template, "kWh/km", "electricity per km", self._path.kwh_per_km)

    def write_mean_load(self) -> None:
        """`mean_load_t` of the class, where its rows imply one."""
        if self._path.mean_load_t > 0:
            row = self._factors.factor(self._path.mean_ids[0])
            per_tonne_km = self._factors.find(f"{row.name.removesuffix('/km')}/tonne-km")
            self._sheet.know_factor("average_per_km", row, "direct", "class average")
            self._sheet.know_factor("average_per_tonne_km", per_tonne_km, "direct", "class average")
            template, about = (
                "{average_per_km} / {average_per_tonne_km}",
                "average load of the class, load_kg is missing",
            )
            self._sheet.write("mean_load_t", template, "t", about, self._path.mean_load_t)

    def write_load_width(self) -> None:
        """`load_half_width`: half of the way from empty to full, against the average."""
        for name, load in (("at_0", "0-percent"), ("at_100", "100-percent"), ("at_average", "average")):
            label = f"{load.replace('-percent', ' %')} laden"
            self._sheet.know_factor(name, self._row(f"/{load}-laden/km"), "direct", label)
        about, value = "half-width of a load that is not known", self._path.load_half_width
        self._sheet.write("load_half_width", "({at_100} - {at_0}) / 2 / {at_average}", "", about, value)

    def _load_line(self) -> str:
        """k0 + slope x load, as a template; what it needs is written."""
        self._sheet.know_parts("empty", self._row("/0-percent-laden/km"), "k0, empty")
        self._write_carried()
        # on another fuel the line is diesel's, of which the direct part alone counts
        slopes = None if self._path.fuel_ids else {"ttw": self._path.slope_ttw, "wtt": self._path.slope_wtt}
        template = "({full_@} - {empty_@}) / {payload_t}"
        self._sheet.write_parts("slope_@", template, "kgCO2e/km/t", "@ rate of a tonne of load", slopes)
        return "{empty_@} + {slope_@} * {carried_t}"

    def _write_carried(self) -> None:
        load_t, payload_t = self._sheet["load_t"], self._sheet["payload_t"]
        about = f"load that counts, min({load_t:.6g} t, {payload_t:.6g} t)"
        self._sheet.write("carried_t", "{load_t}" if load_t <= payload_t else "{payload_t}", "t", about)

    def _average(self) -> str:
        self._sheet.know_parts("average", self._factors.factor(self._path.mean_ids[0]), "class average")
        return "{average_@}"

    def _write_energy_need(self) -> None:
        """`mj_per_diesel_kg`: MJ of the fuel for the work that a kg CO2e of diesel does; and `per_mj_ttw`, -`wtt`."""
        ratio, _ = ENERGY_RATIO[str(self._path.fuel)]
        self._sheet.know_parts("diesel", self._factors.find(LITRE_NAMES["diesel"]), "diesel")
        self._sheet.know("diesel_mj", DIESEL_MJ_PER_LITRE, "MJ/litre", label="net energy of diesel")
        self._sheet.know("energy_ratio", ratio, label="energy need against diesel (assumption)")
        template, about = "{diesel_mj} / {diesel_ttw} * {energy_ratio}", "energy of this fuel per kg CO2e of diesel"
        self._sheet.write("mj_per_diesel_kg", template, "MJ/kg", about)
        self.write_per_mj()

    def _energy_row(self) -> tuple[Factor, float, str]:
        """The factor of the energy burnt, how many MJ its unit has, and what to call these."""
        other = self._path.fuel_ids
        row = self._factors.factor(other[1]) if other else stop_row(self._factors, self._path)
        if row.name == LITRE_NAMES["diesel"]:
            return row, DIESEL_MJ_PER_LITRE, "net energy of a litre"
        return (row, MJ_PER_GJ, "of a GJ") if row.name.endswith("/gj") else (row, MJ_PER_KWH, "of a kWh")

    def _row(self, ending: str) -> Factor:
        return self._factors.find(f"{(self._path.vehicle_class or '').replace('_', '-')}{ending}")
