"""The lines of a trip: what it burnt and drew, from the same `Trips` and `Path` the estimate is made with. Pure."""

from math import e, expm1, isnan, sqrt

from carbon_nexus.emissions.account import GWP_CH4, GWP_N2O
from carbon_nexus.emissions.classes import ENERGY_RATIO, HALF_WIDTH
from carbon_nexus.emissions.curves import STOPS_AT_REST, STOPS_PER_KMH
from carbon_nexus.emissions.labels import STOP_IDS
from carbon_nexus.emissions.model import Path, Way
from carbon_nexus.emissions.trips import (
    ELECTRIC_STOP_LOSS,
    ENGINE_EFFICIENCY,
    FUEL_HALF_WIDTH,
    METER_HALF_WIDTH,
    MJ_PER_KWH,
    USUAL_KMH,
    Trips,
)
from carbon_nexus.explanations.rates import Rates
from carbon_nexus.explanations.speed import write_speed
from carbon_nexus.explanations.worksheet import Worksheet
from carbon_nexus.factors.model import FactorSet


def write_trip(sheet: Worksheet, trips: Trips, path: Path, factors: FactorSet) -> None:
    """The lines of one trip that has a number; `trips` holds it alone, and its inputs are known to the sheet.

    Gives `fuel_ttw_kg`, `fuel_wtt_kg` and `fuel_half_width` where it burnt fuel, `electricity_kwh` and
    `kwh_half_width` where it drew electricity, and its gases and biogenic CO2 where the factors tell them.
    """
    _Trip(sheet, trips, path, factors).write()


class _Trip:
    def __init__(self, sheet: Worksheet, trips: Trips, path: Path, factors: FactorSet) -> None:
        self.sheet, self.trips, self.path, self.factors = sheet, trips, path, factors
        self.rates = Rates(sheet, trips, path, factors)

    def write(self) -> None:
        way = Way(int(self.trips.way[0]))
        if way in (Way.LITRES, Way.LITRES_AND_KWH):
            self._litres()
        if way in (Way.KWH, Way.LITRES_AND_KWH):
            self._metered()
        if way in (Way.MODELLED, Way.CLASS):
            self._modelled()
        if "fuel_ttw_kg" in self.sheet:
            self._biogenic()

    def _litres(self) -> None:
        self.sheet.know_parts("litre", self.factors.factor(self.path.litre_ids[0]), "per litre")
        self._fuel("{fuel_litres} * {litre_@}", "measured fuel")
        self.sheet.know("fuel_measurement", FUEL_HALF_WIDTH, label="of a fuel measurement")
        self.sheet.write("fuel_half_width", "{fuel_measurement}", "", "95 % half-width of the fuel")

    def _metered(self) -> None:
        self.sheet.write("electricity_kwh", "{energy_kwh}", "kWh", "metered electricity", self.trips.kwh[0])
        self.sheet.know("meter", METER_HALF_WIDTH, label="of a meter")
        self.sheet.write("kwh_half_width", "{meter}", "", "95 % half-width of the kilowatt-hours")

    def _modelled(self) -> None:
        burns = self.path.mean_ttw == self.path.mean_ttw
        self._work()
        if burns:
            self.rates.write_per_km()
        else:
            self.rates.write_kwh_per_km()
        self._speed()
        if self.trips.extra_stops[0] > 0:
            self._stops()
        if burns:
            self._fuel_model()
            self._gases()
        else:
            self._electric_model()
        self._widths("fuel_half_width" if burns else "kwh_half_width")

    def _work(self) -> None:
        """Load and transport work, where they count."""
        trips, path = self.trips, self.path
        for_speed = trips.by_speed[0] and not isnan(path.payload_t)
        counts = trips.by_load[0] or path.per_tonne_km or trips.extra_stops[0] > 0 or for_speed
        if counts and not isnan(trips.load_t[0]):
            self.rates.write_loads()
        if path.per_tonne_km:
            self.sheet.write("tonne_km", "{distance_km} * {load_t}", "t.km", "transport work", trips.amount[0])

    def _speed(self) -> None:
        """Speed, where the class has a curve or stops are counted against it."""
        known = not isnan(self.trips.speed_kmh[0])
        if known and (self.trips.by_speed[0] or self.trips.extra_stops[0] > 0):
            write_speed(self.sheet, self.trips, self.path)

    def _stops(self) -> None:
        """`extra_stops` and `stop_mj`, the kinetic energy that they take."""
        sheet, trips = self.sheet, self.trips
        for name, value, factor_id in zip(("a", "b"), (STOPS_AT_REST, STOPS_PER_KMH), STOP_IDS, strict=True):
            sheet.know(name, value, label=f"fitted {name}", factor_ids=(factor_id,))
        sheet.know("e", e)
        sheet.know("usual_kmh", USUAL_KMH, "km/h", label="speed not known (assumption)")
        speed = "speed_kmh" if "speed_kmh" in sheet else "usual_kmh"
        template = f"{{distance_km}} * {{e}} ** ({{a}} - {{b}} * {{{speed}}})"
        sheet.write("usual_stops", template, "stops", "stops that a trip of this speed has anyway")
        counted = "stop_events" if trips["stop_events"][0] > 0 else "delivery_count"
        template = f"{{{counted}}} - {{usual_stops}}"
        sheet.write("extra_stops", template, "stops", "stops beyond these", trips.extra_stops[0])
        self._mass()
        sheet.know("stop_kmh", self.path.stop_kmh, "km/h", label="speed that a stop takes (assumption)")
        template = "{extra_stops} * 0.5 * {mass_kg} * ({stop_kmh} / 3.6) ** 2 / 1000000"
        sheet.write("stop_mj", template, "MJ", "kinetic energy of the extra stops", trips.stop_mj[0])

    def _mass(self) -> None:
        self.sheet.know("tare_t", self.path.tare_t, "t", label="kerb weight (assumption)")
        if "load_t" not in self.sheet:
            self.rates.write_mean_load()
        load = next((name for name in ("load_t", "mean_load_t") if name in self.sheet), None)
        if load == "load_t" and "payload_t" in self.sheet and self.sheet["load_t"] > self.sheet["payload_t"]:
            load = "payload_t"  # no more than that is carried
        template = f"1000 * ({{tare_t}} + {{{load}}})" if load else "1000 * {tare_t}"
        self.sheet.write("mass_kg", template, "kg", "mass of the vehicle and its load")

    def _fuel_model(self) -> None:
        """What was driven, the extra stops and idling, each where it is there, and their sum."""
        terms = {"driving": self._driven("{per_km_@}")}
        if "stop_mj" in self.sheet:
            self.rates.write_per_mj()
            self.sheet.know("engine_efficiency", ENGINE_EFFICIENCY, label="of fuel turned into motion (assumption)")
            ratio = " * {energy_ratio}" if self.path.fuel_ids else ""
            terms["stops"] = "{stop_mj} / {engine_efficiency} * {per_mj_@}" + ratio
        if self.trips.idle_hours[0] > 0:
            self.rates.write_idling()
            terms["idling"] = "{idle_hours} * {idle_@}"
        if len(terms) == 1:
            self._fuel(self._calibrated(terms["driving"]), "driving")
            return
        for name, template in terms.items():
            self.sheet.write_parts(f"{name}_@_kg", template, "kg", f"@ emission, {name}")
        total = " + ".join(f"{{{name}_@_kg}}" for name in terms)
        self._fuel(self._calibrated(total), " and ".join(terms))

    def _fuel(self, template: str, about: str) -> None:
        kg = {"ttw": self.trips.fuel_ttw[0], "wtt": self.trips.fuel_wtt[0]}
        self.sheet.write_parts("fuel_@_kg", template, "kg", f"@ emission of the fuel, {about}", kg)

    def _electric_model(self) -> None:
        template = "{distance_km} * {kwh_per_km}"
        if "stop_mj" in self.sheet:
            self.sheet.know("stop_loss", ELECTRIC_STOP_LOSS, label="not recovered in braking (assumption)")
            self.sheet.know("mj_per_kwh", MJ_PER_KWH, "MJ/kWh", label="of")
            template += " + {stop_mj} * {stop_loss} / {mj_per_kwh}"
        template = self._calibrated(template)
        self.sheet.write("electricity_kwh", template, "kWh", "electricity driven with", self.trips.kwh[0])

    def _driven(self, rate: str) -> str:
        """Distance (transport work for rail) times a rate, times the speed ratio where there is one."""
        amount = "{tonne_km}" if self.path.per_tonne_km else "{distance_km}"
        return f"{amount} * {rate}" + (" * {speed_ratio}" if "speed_ratio" in self.sheet else "")

    def _calibrated(self, template: str) -> str:
        return f"({template}) * {{calibration_ratio}}" if self._is_calibrated() else template

    def _is_calibrated(self) -> bool:
        return "calibration_ratio" in self.sheet and "calibration_spread" in self.sheet

    def _gases(self) -> None:
        """CH4, N2O and CO2 within the direct part, where the row parts them."""
        if isnan(self.path.ch4_per_km) or isnan(self.path.n2o_per_km):
            return
        row = self.factors.factor(self.path.mean_ids[0])
        for gas, gwp in (("ch4", GWP_CH4), ("n2o", GWP_N2O)):
            self.sheet.know_factor(gas, row, f"direct_{gas}", f"kg CO2e of {gas.upper()}")
            self.sheet.know(f"gwp_{gas}", gwp, label=f"GWP100 of {gas.upper()}")
            template = f"{self._calibrated(self._driven(f'{{{gas}}}'))} / {{gwp_{gas}}}"
            self.sheet.write(f"{gas}_kg", template, "kg", f"{gas.upper()} within the direct emission")
        template = "{fuel_ttw_kg} - {ch4_kg} * {gwp_ch4} - {n2o_kg} * {gwp_n2o}"
        self.sheet.write("co2_kg", template, "kg", "CO2 within the direct emission")

    def _biogenic(self) -> None:
        """CO2 outside the scopes, where the fuel's row tells it."""
        if isnan(self.path.biogenic_share):
            return
        row = self.factors.factor(self.path.fuel_ids[1] if self.path.fuel_ids else self.path.litre_ids[0])
        self.sheet.know_factor("biogenic", row, "biogenic_co2", "outside the scopes")
        self.sheet.know_factor("fossil", row, "direct", "direct")
        template = "{fuel_ttw_kg} * {biogenic} / {fossil}"
        self.sheet.write("biogenic_co2_kg", template, "kg", "biogenic CO2, outside the scopes")

    def _widths(self, step: str) -> None:
        """The model's half-width: of the class or calibration, and of load and speed where they are not known."""
        value = expm1(sqrt(self.trips.model_spread_2[0]))
        parts = ["calibration_spread" if self._is_calibrated() else "class_half_width"]
        if not self._is_calibrated():
            self._class_width()
        if not self.trips.by_load[0] and self.path.load_half_width > 0:
            self.rates.write_load_width()
            parts.append("load_half_width")
        if not self.trips.by_speed[0] and self.path.speed_half_width > 0:
            label = "speed not known: half the range of the curve, 30 to 80 km/h"
            self.sheet.know("speed_half_width", self.path.speed_half_width, label=label)
            parts.append("speed_half_width")
        self.sheet.write_quadrature(step, parts, "95 % half-width of the model", value)

    def _class_width(self) -> None:
        """The class's own half-width, wider by what is not sure of another fuel's energy need."""
        _, half_range = ENERGY_RATIO.get(str(self.path.fuel), (1.0, 0.0))
        if not self.path.fuel_ids or not half_range:
            self.sheet.know("class_half_width", self.path.half_width, label="half-width of the class")
            return
        self.sheet.know("on_diesel", HALF_WIDTH[str(self.path.vehicle_class)], label="half-width on diesel")
        self.sheet.know("half_range", half_range, label="half range of the energy need")
        template = "({on_diesel} ** 2 + ({half_range} / {energy_ratio}) ** 2) ** 0.5"
        self.sheet.write("class_half_width", template, "", "half-width of the class", self.path.half_width)
