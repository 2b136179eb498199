"""What one event comes to before any grid is known: fuel burnt and electricity drawn, as arrays, and what to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]

# kg CO2e per kg of gas, IPCC AR5 GWP100: the warming potentials in the DESNZ rows.
GWP_CH4, GWP_N2O = 28.0, 265.0


class TripNote(IntFlag):
    """What the estimate of a trip says beside its number; several at once."""

    OVERLOAD = 1 << 0
    NO_LOAD = 1 << 1
    NO_SPEED = 1 << 2
    TRAFFIC_SPEED = 1 << 3
    EXTRA_STOPS = 1 << 4
    IDLING = 1 << 5
    NO_IDLE = 1 << 6
    NO_LITRES = 1 << 7
    NO_KWH = 1 << 8
    NOT_METERED = 1 << 9
    CALIBRATED = 1 << 10
    FAST = 1 << 11  # the curve goes on above the speed where EMEP/EEA's functions end
    STOP_PER_DROP = 1 << 12
    USUAL_SPEED = 1 << 13  # of the stops that a trip has anyway


class SiteNote(IntFlag):
    """What the estimate of a site holds, and says beside its number."""

    ELECTRICITY = 1 << 0
    NO_ELECTRICITY = 1 << 1
    GAS = 1 << 2
    FURNACE = 1 << 3
    FURNACE_POWER = 1 << 4
    NO_FURNACE = 1 << 5
    SITE_FUEL = 1 << 6
    NO_LITRES = 1 << 7
    COOLING_ADDED = 1 << 8
    NO_COOLING = 1 << 9
    LEAKS = 1 << 10
    NO_LEAKS = 1 << 11
    ONE_DAY = 1 << 12
    BY_AREA = 1 << 13
    BY_VOLUME = 1 << 14
    BILLED = 1 << 15  # the gas bill holds what the furnace burnt
    USUAL_COP = 1 << 16


NOTE_BITS = 17


@dataclass(slots=True)
class Account:
    """One row per event. Masses in kg, of CO2e unless a gas is named; NaN: the source does not tell.

    `way` is a `Way`, `notes` a sum of `TripNote` or `SiteNote`. `fuel_ttw` and `fuel_wtt` hold what was
    burnt (and leaked), `kwh` what was drawn from the grid. `fuel_spread_2` and `kwh_spread_2` are squares of the 95 %
    half-width of the logarithm.
    """

    way: npt.NDArray[np.int8]
    notes: Codes
    fuel_ttw: Floats
    fuel_wtt: Floats
    fuel_spread_2: Floats
    kwh: Floats
    kwh_spread_2: Floats
    co2: Floats
    ch4: Floats
    n2o: Floats
    biogenic: Floats


def noted(masks: Mapping[TripNote, Mask] | Mapping[SiteNote, Mask]) -> Codes:
    """The sum of the notes whose mask holds, per event; at least one mask."""
    notes = np.zeros(len(next(iter(masks.values()))), np.int64)
    for note, mask in masks.items():
        notes[mask] |= int(note)
    return notes
