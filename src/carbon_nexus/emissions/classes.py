"""What is taken of a vehicle class as such: how far estimates of it may be off, and what it weighs empty, what energy
another fuel needs.

Every uncertainty is a relative 95 % half-width, from the spread of independent published values for the same vehicle.
"""

from carbon_nexus.activities.vehicles import HGV_CLASSES, VAN_CLASSES

# About twice the coefficient of variation of litres per km between publishers (official factors, French law,
# TAG, EMEP/EEA): artic 11 %, rigid 12 t 12 %, 18 t 22 %, 7.5 t 29 %, van 28 %.
_LORRY_HALF_WIDTH = {
    "hgv_rigid_to_7.5t": 0.56,
    "hgv_rigid_7.5t_to_17t": 0.23,
    "hgv_rigid_over_17t": 0.44,
    "hgv_artic_to_33t": 0.21,
    "hgv_artic_over_33t": 0.21,
    "hgv_artic_average": 0.21,
    # The class is not known, so the widest of those it may be.
    "hgv_rigid_average": 0.56,
    "hgv_average": 0.56,
}
HALF_WIDTH = {
    **_LORRY_HALF_WIDTH,
    **{f"{name}_refrigerated": width for name, width in _LORRY_HALF_WIDTH.items()},
    # No spread of its own is known for motorbikes: the van's, the widest of the small vehicles.
    **dict.fromkeys((*VAN_CLASSES, "motorbike"), 0.55),
    # The trips of one measured petrol car (210; 96.7 % of them lie inside).
    "car": 1.0,
    # Pedigree basic uncertainty of transport services per t.km is a factor of 2.0.
    "rail_freight": 1.0,
    "cargo_bike": 0.0,
}
ELECTRIC_HALF_WIDTH = 0.30
# 104 road trips of one light electric car (97 % inside), and 1,303 trips of eight plug-in hybrid cars (97 %), which
# are wide because a trip may or may not be driven on the battery; no plug-in van was measured, so the cars' holds.
ELECTRIC_CAR_HALF_WIDTH, PLUG_IN_HALF_WIDTH = 0.90, 3.9

# Kerb weight in tonnes, typical of the class (assumption; only extra stops depend on it).
_LORRY_TARE_T = {
    "hgv_rigid_to_7.5t": 4.5,
    "hgv_rigid_7.5t_to_17t": 7.5,
    "hgv_rigid_over_17t": 11.0,
    "hgv_artic_to_33t": 13.0,
    "hgv_artic_over_33t": 14.5,
    "hgv_artic_average": 14.5,
    "hgv_rigid_average": 9.0,
    "hgv_average": 12.0,
}
TARE_T = {
    **_LORRY_TARE_T,
    **{f"{name}_refrigerated": tare for name, tare in _LORRY_TARE_T.items()},
    "van_class_1": 1.2,
    "van_class_2": 1.6,
    "van_class_3": 2.1,
    "van_average": 2.0,
    "car": 1.4,
    "motorbike": 0.2,
}

# Energy need against a diesel engine, (middle, half range): gas engines 1.10-1.25, lorry hybrids .80-.90.
# HVO burns in the same engine. These ranges are engineering judgement, hence they widen the interval too.
ENERGY_RATIO = {"hvo": (1.0, 0.0), "cng": (1.175, 0.075), "lng": (1.175, 0.075), "hybrid": (0.85, 0.05)}

REFRIGERATION = 1.17  # refrigerated over plain lorries of the same class (UK DESNZ 2025: 1.0432 / .8912 for all HGVs)

# What a class without a fuel is taken to run on; the DESNZ freight tables are of diesel lorries throughout.
FUEL_TAKEN = {
    **dict.fromkeys(HGV_CLASSES, "taken as diesel"),
    **dict.fromkeys(("van_average", "car"), "the class's average over fuels"),
    "motorbike": "taken as petrol",
}
