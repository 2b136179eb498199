"""Trips as arrays: from what is known of each to the fuel it burnt and the electricity it drew. Pure numpy.

    fuel        = distance x (class average, or empty + slope x load) x g(speed, load) + extra stops + idling
    electricity = distance x kWh per km + extra stops

Everything beyond distance and class counts only where it is known; where it is not, the interval is wider.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from carbon_nexus.emissions.account import GWP_CH4, GWP_N2O, Account, Codes, Floats, Mask, TripNote, noted
from carbon_nexus.emissions.curves import CURVES, FAST_KMH, normal_stops, speed_ratio
from carbon_nexus.emissions.model import Way
from carbon_nexus.emissions.pathtable import PathTable

# Speed in town from a traffic score of 1 (free) to 10: free flow (assumption) x (1 - .75 q), at least 8 km/h.
FREE_KMH, SLOWEST_KMH, TRAFFIC_LOSS = 40.0, 8.0, 0.75
# Usual stops are counted at this speed where the trip's own is not known, km/h.
USUAL_KMH = 50.0

# Of the kinetic energy that an extra stop costs: a diesel engine turns about 38 % of its fuel into motion; an
# electric drive loses 40 % after recovering 60, at 90 % efficiency (engineering values).
ENGINE_EFFICIENCY = 0.38
ELECTRIC_STOP_LOSS = 0.4 / 0.9
MJ_PER_KWH = 3.6

# Relative 95 % half-widths of a fuel measurement and of an electricity meter.
FUEL_HALF_WIDTH, METER_HALF_WIDTH = 0.05, 0.02
FUEL_SPREAD_2, METER_SPREAD_2 = np.log1p(FUEL_HALF_WIDTH) ** 2, np.log1p(METER_HALF_WIDTH) ** 2


class Trips:
    """Every quantity on the way to the result, one value per trip; each is computed once, when it is first read.

    `given` holds the columns of an event by name (km, kg, km/h, litres, kWh, hours, counts; NaN: not known), `path`
    each event's row in `table`. Masses are kg CO2e.
    """

    def __init__(self, given: Mapping[str, Floats], table: PathTable, path: Codes) -> None:
        self._given, self._table, self._path = given, table, path
        self._found: dict[str, Floats] = {}

    @cached_property
    def way(self) -> Codes:
        """The best way open to the trip: measured, then modelled, then the class average; 0: none."""
        litres, kwh = self["fuel_litres"], self["energy_kwh"]
        takes_litres, takes_kwh = ~np.isnan(self.of("litre_ttw")), self.of("takes_kwh") > 0
        burnt, drawn = takes_litres & (litres > 0), takes_kwh & (kwh > 0)
        # A plug-in whose fuel was not measured is not measured: its kWh alone would look like a clean trip.
        drawn_only = drawn & (~takes_litres | ~np.isnan(litres))
        way = np.where(self._open_to_model, np.where(self.by_load | self.by_speed, Way.MODELLED, Way.CLASS), Way.NONE)
        way[drawn_only], way[burnt] = Way.KWH, Way.LITRES
        way[burnt & drawn] = Way.LITRES_AND_KWH
        return way

    @cached_property
    def modelled(self) -> Mask:
        return (self.way == Way.MODELLED) | (self.way == Way.CLASS)

    @cached_property
    def load_t(self) -> Floats:
        return self["load_kg"] / 1000

    @cached_property
    def by_load(self) -> Mask:
        """Whether the load line is used: a lorry on a logistics trip, load known."""
        return ~np.isnan(self.load_t) & ~np.isnan(self.of("slope_ttw"))

    @cached_property
    def speed_kmh(self) -> Floats:
        """The trip's mean speed: as given, else in town from the traffic score."""
        return np.where(self["speed"] > 0, self["speed"], self._traffic_speed_kmh)

    @cached_property
    def by_speed(self) -> Mask:
        """Whether the speed curve is used: the class has one and the speed is known."""
        return self._has_curve & ~np.isnan(self.speed_kmh)

    @cached_property
    def amount(self) -> Floats:
        """What the rate is per: km, or t.km for rail."""
        distance_km = self["distance_km"]
        return np.where(self.of("per_tonne_km") > 0, distance_km * self.load_t, distance_km)

    @cached_property
    def per_km_ttw(self) -> Floats:
        return self._per_km("ttw")

    @cached_property
    def per_km_wtt(self) -> Floats:
        return self._per_km("wtt")

    @cached_property
    def speed_ratio(self) -> Floats:
        """g: energy per km at this speed over that at the speed of the class average; 1 where speed is unknown."""
        ratio, wanted = np.ones(len(self._path)), self.by_speed & self.modelled
        curve = np.where(wanted, self.of("curve"), -1)
        for number, name in enumerate(CURVES):
            rows = np.flatnonzero(curve == number)
            if rows.size:
                share = (self.load_t / self.of("payload_t"))[rows]
                ratio[rows] = speed_ratio(name, share, self.speed_kmh[rows])
        return ratio

    @cached_property
    def stops(self) -> Floats:
        """Stops of the trip: as counted, else one per drop of a delivery round."""
        counted = self["stop_events"]
        return np.where(counted > 0, counted, np.where(self.of("is_delivery") > 0, self["delivery_count"], np.nan))

    @cached_property
    def extra_stops(self) -> Floats:
        """Stops beyond those that a trip of this speed has anyway, which its average already holds."""
        if not (self.stops > 0).any():
            return np.zeros(len(self._path))
        speed_kmh = np.where(np.isnan(self.speed_kmh), USUAL_KMH, self.speed_kmh)
        beyond = self.stops - normal_stops(self["distance_km"], speed_kmh)
        return np.where(self.modelled & (beyond > 0) & ~np.isnan(self.of("tare_t")), beyond, 0.0)

    @cached_property
    def stop_mj(self) -> Floats:
        """Kinetic energy lost in the extra stops, MJ: half of mass times the square of the speed braked away."""
        load_t = np.where(np.isnan(self.load_t), self.of("mean_load_t"), np.fmin(self.load_t, self.of("payload_t")))
        mass_kg = 1000 * (self.of("tare_t") + load_t)
        joules = 0.5 * mass_kg * (self.of("stop_kmh") / 3.6) ** 2
        return np.where(self.extra_stops > 0, self.extra_stops * joules / 1e6, 0.0)

    @cached_property
    def idle_hours(self) -> Floats:
        """Idling hours that are counted: where the class has a rate for them."""
        counted = self.modelled & (self["idle_hours"] > 0) & ~np.isnan(self.of("idle_ttw"))
        return np.where(counted, self["idle_hours"], 0.0)

    @cached_property
    def calibration_ratio(self) -> Floats:
        """Measured over modelled on this entity's or class's own trips; 1 where nothing was learnt of them."""
        return np.where(self._calibrated, self["calibration_ratio"], 1.0)

    @cached_property
    def fuel_ttw(self) -> Floats:
        return self._fuel("ttw", self.per_km_ttw)

    @cached_property
    def fuel_wtt(self) -> Floats:
        return self._fuel("wtt", self.per_km_wtt)

    @cached_property
    def kwh(self) -> Floats:
        """Electricity of the trip: metered, or kWh per km and extra stops; 0 without any, NaN within a class's row."""
        kwh = np.where(self._metered, self["energy_kwh"], 0.0)
        drives = self.modelled & ~self._burns
        if drives.any():
            driven = self.amount * self.of("kwh_per_km") + self.stop_mj * ELECTRIC_STOP_LOSS / MJ_PER_KWH
            kwh = np.where(drives, driven * self.calibration_ratio, kwh)
        return np.where(self._burns & (self.of("mixes") > 0), np.nan, kwh)

    @cached_property
    def model_spread_2(self) -> Floats:
        """Square of the log half-width of the model: the class's or the calibration's, and more where load or speed is
        not known."""
        known_2 = np.where(self._calibrated, np.log1p(self["calibration_spread"]) ** 2, self.of("spread_2"))
        known_2 += np.where(self.by_speed, 0.0, self.of("speed_spread_2"))
        return known_2 + np.where(self.by_load, 0.0, self.of("load_spread_2"))

    def account(self) -> Account:
        """Fuel and electricity of every trip, with its gases where the factor tells them."""
        ttw = self.fuel_ttw
        ch4, n2o = self._gas("ch4_per_km"), self._gas("n2o_per_km")
        return Account(
            way=self.way.astype(np.int8),
            notes=self._notes(),
            fuel_ttw=ttw,
            fuel_wtt=self.fuel_wtt,
            fuel_spread_2=np.where(self._in_litres, FUEL_SPREAD_2, self.model_spread_2),
            kwh=self.kwh,
            kwh_spread_2=np.where(self._metered, METER_SPREAD_2, self.model_spread_2),
            co2=ttw - ch4 - n2o,
            ch4=ch4 / GWP_CH4,
            n2o=n2o / GWP_N2O,
            biogenic=ttw * self.of("biogenic_share"),
        )

    def __getitem__(self, column: str) -> Floats:
        return self._given[column]

    def of(self, parameter: str) -> Floats:
        """A number of the trip's path, such as `mean_ttw`; see `Path`."""
        if parameter not in self._found:
            self._found[parameter] = self._table.numbers[parameter][self._path]
        return self._found[parameter]

    @cached_property
    def _open_to_model(self) -> Mask:
        has_rate = ~np.isnan(self.of("mean_ttw")) | ~np.isnan(self.of("kwh_per_km"))
        carries = (self.of("per_tonne_km") == 0) | (self["load_kg"] > 0)
        return has_rate & carries & ~np.isnan(self["distance_km"])

    @cached_property
    def _has_curve(self) -> Mask:
        return self.of("curve") >= 0

    @cached_property
    def _traffic_speed_kmh(self) -> Floats:
        share = (self["traffic_score"] - 1) / 9
        in_town = np.clip(FREE_KMH * (1 - TRAFFIC_LOSS * share), SLOWEST_KMH, FREE_KMH)
        return np.where(self.of("is_delivery") > 0, in_town, np.nan)

    @cached_property
    def _burns(self) -> Mask:
        return self.modelled & ~np.isnan(self.of("mean_ttw"))

    @cached_property
    def _in_litres(self) -> Mask:
        return (self.way == Way.LITRES) | (self.way == Way.LITRES_AND_KWH)

    @cached_property
    def _metered(self) -> Mask:
        return (self.way == Way.KWH) | (self.way == Way.LITRES_AND_KWH)

    @cached_property
    def _calibrated(self) -> Mask:
        return self.modelled & ~np.isnan(self["calibration_ratio"] * self["calibration_spread"])

    def _per_km(self, part: str) -> Floats:
        """kg per km (per t.km for rail) at the class's own speed: on the load line, else the class average."""
        carried_t = np.minimum(self.load_t, self.of("payload_t"))
        on_line = self.of(f"empty_{part}") + self.of(f"slope_{part}") * carried_t
        return np.where(self.by_load, on_line, self.of(f"mean_{part}"))

    def _fuel(self, part: str, per_km: Floats) -> Floats:
        """kg from fuel: measured litres, or the model; 0 for a trip without fuel."""
        kg = self.amount * per_km * self.speed_ratio
        if self.stop_mj.any():
            kg += np.where(self.stop_mj > 0, self.stop_mj / ENGINE_EFFICIENCY * self.of(f"mj_{part}"), 0.0)
        if self.idle_hours.any():
            kg += np.where(self.idle_hours > 0, self.idle_hours * self.of(f"idle_{part}"), 0.0)
        measured = np.where(self._in_litres, self["fuel_litres"] * self.of(f"litre_{part}"), 0.0)
        return np.where(self._burns, kg * self.calibration_ratio, measured)

    def _gas(self, per_km: str) -> Floats:
        """kg CO2e of one gas within the direct part: DESNZ's rows have the same per km at every load."""
        return np.where(self._burns, self.amount * self.of(per_km) * self.speed_ratio * self.calibration_ratio, np.nan)

    def _notes(self) -> Codes:
        modelled, idle = self.modelled, self["idle_hours"] > 0
        kwh, litres = self["energy_kwh"], self["fuel_litres"]
        no_load = modelled & ~self.by_load & (self.of("load_spread_2") > 0)
        return noted(
            {
                TripNote.OVERLOAD: modelled & self.by_load & (self.load_t > self.of("payload_t")),
                TripNote.NO_LOAD: no_load,
                TripNote.NO_SPEED: modelled & self._has_curve & ~self.by_speed,
                TripNote.TRAFFIC_SPEED: modelled & self.by_speed & ~(self["speed"] > 0),
                TripNote.EXTRA_STOPS: self.extra_stops > 0,
                TripNote.IDLING: self.idle_hours > 0,
                TripNote.NO_IDLE: modelled & idle & (self.idle_hours == 0),
                TripNote.NO_LITRES: (self.way > 0) & (litres > 0) & ~self._in_litres,
                TripNote.NO_KWH: (self.way > 0) & (kwh > 0) & ~self._metered,
                TripNote.NOT_METERED: (self.way == Way.LITRES) & (self.of("takes_kwh") > 0) & np.isnan(kwh),
                TripNote.CALIBRATED: self._calibrated,
                TripNote.FAST: modelled & self.by_speed & (self.speed_kmh > FAST_KMH),
                TripNote.STOP_PER_DROP: (self.extra_stops > 0) & ~(self["stop_events"] > 0),
                TripNote.USUAL_SPEED: (self.extra_stops > 0) & np.isnan(self.speed_kmh),
            }
        )
