"""Vehicle classes and fuels: the accepted names, their everyday aliases, and which combination makes sense.

Classes follow the UK DESNZ 2025 freight tables (weights are gross vehicle weight; van classes go by reference
mass). A name that covers several classes ("articulated") takes the row that covers them too, never one of them.
"""

import polars as pl

PLAIN_HGV_CLASSES = (
    "hgv_average",
    "hgv_rigid_average",
    "hgv_rigid_to_7.5t",
    "hgv_rigid_7.5t_to_17t",
    "hgv_rigid_over_17t",
    "hgv_artic_average",
    "hgv_artic_to_33t",
    "hgv_artic_over_33t",
)
HGV_CLASSES = (*PLAIN_HGV_CLASSES, *(f"{name}_refrigerated" for name in PLAIN_HGV_CLASSES))
VAN_CLASSES = ("van_average", "van_class_1", "van_class_2", "van_class_3")
VEHICLE_CLASSES = (*HGV_CLASSES, *VAN_CLASSES, "motorbike", "car", "cargo_bike", "rail_freight")

FUELS = (
    "diesel", "petrol", "hvo", "biodiesel", "lpg", "cng", "lng", "hybrid", "plug_in_hybrid", "electric",
)  # fmt: skip

# Class by alias, with the fuel the alias implies (None: it implies none). Names of the original system first.
_ALIASES: dict[str, tuple[str, str | None]] = {
    "truck": ("hgv_average", None),
    "truck_diesel": ("hgv_average", "diesel"),
    "truck_ev": ("hgv_average", "electric"),
    "van": ("van_average", None),
    "van_diesel": ("van_average", "diesel"),
    "van_ev": ("van_average", "electric"),
    "ev": ("van_average", "electric"),
    "bike": ("motorbike", None),
    "two_wheeler": ("motorbike", None),
    # A mini truck (kei or Ace size) stays below 3.5 t, hence it is in the van tables, not in the lorry ones.
    "mini_truck": ("van_average", None),
    "light_truck": ("hgv_rigid_to_7.5t", None),
    "medium_truck": ("hgv_rigid_7.5t_to_17t", None),
    # "Heavy" covers rigids and artics alike: the all-HGV row is the only one that does too.
    "heavy_truck": ("hgv_average", None),
    "diesel_truck": ("hgv_average", "diesel"),
    "electric_truck": ("hgv_average", "electric"),
    "ev_truck": ("hgv_average", "electric"),
    "lorry": ("hgv_average", None),
    "hgv": ("hgv_average", None),
    "hgv_ev": ("hgv_average", "electric"),
    "semi_truck": ("hgv_artic_over_33t", None),
    "artic_40t": ("hgv_artic_over_33t", None),
    "artic_44t": ("hgv_artic_over_33t", None),
    "artic_over_33t": ("hgv_artic_over_33t", None),
    "artic_to_33t": ("hgv_artic_to_33t", None),
    "rigid": ("hgv_rigid_average", None),
    "rigid_truck": ("hgv_rigid_average", None),
    "artic": ("hgv_artic_average", None),
    "articulated": ("hgv_artic_average", None),
    "articulated_truck": ("hgv_artic_average", None),
    "refrigerated_truck": ("hgv_average_refrigerated", None),
    "reefer": ("hgv_average_refrigerated", None),
    "reefer_rigid": ("hgv_rigid_average_refrigerated", None),
    "reefer_artic": ("hgv_artic_average_refrigerated", None),
    "rigid_7.5t": ("hgv_rigid_to_7.5t", None),
    "rigid_12t": ("hgv_rigid_7.5t_to_17t", None),
    "rigid_18t": ("hgv_rigid_over_17t", None),
    "rigid_26t": ("hgv_rigid_over_17t", None),
    "lcv": ("van_average", None),
    "diesel_van": ("van_average", "diesel"),
    "electric_van": ("van_average", "electric"),
    "ev_van": ("van_average", "electric"),
    "van_i": ("van_class_1", None),
    "van_ii": ("van_class_2", None),
    "van_iii": ("van_class_3", None),
    "van_class_i": ("van_class_1", None),
    "van_class_ii": ("van_class_2", None),
    "van_class_iii": ("van_class_3", None),
    "motorcycle": ("motorbike", None),
    "scooter": ("motorbike", None),
    "moped": ("motorbike", None),
    "electric_scooter": ("motorbike", "electric"),
    "electric_motorbike": ("motorbike", "electric"),
    "ev_bike": ("motorbike", "electric"),
    "electric_car": ("car", "electric"),
    "ev_car": ("car", "electric"),
    "bicycle": ("cargo_bike", None),
    "cargobike": ("cargo_bike", None),
    "e_bike": ("cargo_bike", "electric"),
    "e_cargo_bike": ("cargo_bike", "electric"),
    "rail": ("rail_freight", None),
    "train": ("rail_freight", None),
    "freight_train": ("rail_freight", None),
}
_VEHICLES = {name: (name, None) for name in VEHICLE_CLASSES} | _ALIASES

_FUEL_NAMES = {name: name for name in FUELS} | {
    "gasoline": "petrol",
    "electricity": "electric",
    "ev": "electric",
    "bev": "electric",
    "battery_electric": "electric",
    "hvo100": "hvo",
    "renewable_diesel": "hvo",
    "fame": "biodiesel",
    "b100": "biodiesel",
    "autogas": "lpg",
    "hev": "hybrid",
    "phev": "plug_in_hybrid",
}

# These fuels run in an unchanged diesel engine, so "truck_diesel" on hvo is a fact, not a contradiction.
DIESEL_ENGINE_FUELS = ("diesel", "hvo", "biodiesel")

_HGV_FUELS = (*DIESEL_ENGINE_FUELS, "cng", "lng", "hybrid", "electric")
_VAN_FUELS = (*DIESEL_ENGINE_FUELS, "petrol", "lpg", "cng", "plug_in_hybrid", "electric")
FUELS_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(HGV_CLASSES, _HGV_FUELS),
    **dict.fromkeys(VAN_CLASSES, _VAN_FUELS),
    "motorbike": ("petrol", "electric"),
    "car": (*_VAN_FUELS, "hybrid"),
    "cargo_bike": ("electric",),
    "rail_freight": ("diesel", "electric"),
}

_MISSING = ("", "unknown", "n/a", "none", "null")


def accepted_vehicles() -> tuple[str, ...]:
    """Every accepted vehicle_type, classes first and then aliases; case, spaces and dashes do not matter."""
    return tuple(_VEHICLES)


def accepted_fuels() -> tuple[str, ...]:
    """Every accepted fuel_type, fuels first and then aliases; case, spaces and dashes do not matter."""
    return tuple(_FUEL_NAMES)


def canonical_vehicle(names: pl.Series) -> pl.Series:
    """The vehicle class of each name (one of VEHICLE_CLASSES); null where it is missing or unknown."""
    return _mapped(names, {alias: found for alias, (found, _) in _VEHICLES.items()})


def implied_fuel(names: pl.Series) -> pl.Series:
    """The fuel that a vehicle name carries in itself ("truck_ev" is electric); null where it carries none."""
    return _mapped(names, {alias: fuel for alias, (_, fuel) in _VEHICLES.items() if fuel})


def canonical_fuel(names: pl.Series) -> pl.Series:
    """The fuel of each name (one of FUELS); null where it is missing or unknown."""
    return _mapped(names, _FUEL_NAMES)


def resolve(pairs: pl.DataFrame) -> pl.DataFrame:
    """Adds `vehicle_class`, `fuel` and `conflict` to rows of raw `vehicle_type` and `fuel_type`.

    A fuel implied by the vehicle's name fills in a missing one. `conflict` is the reason in words where a name
    is unknown or the two contradict each other; the class and fuel of such a row must not be used.
    """
    raw_vehicle, raw_fuel = pairs["vehicle_type"], pairs["fuel_type"]
    found = pairs.with_columns(
        canonical_vehicle(raw_vehicle).alias("vehicle_class"),
        canonical_fuel(raw_fuel).alias("fuel"),
        implied_fuel(raw_vehicle).alias("implied"),
        _is_missing(raw_vehicle).alias("no_vehicle"),
        _is_missing(raw_fuel).alias("no_fuel"),
    )
    return found.with_columns(_conflict().alias("conflict"), pl.coalesce("fuel", "implied").alias("fuel")).drop(
        "implied", "no_vehicle", "no_fuel"
    )


def _conflict() -> pl.Expr:
    # Cut short: the text comes from outside and ends up in a reason.
    vehicle, fuel = (pl.col(name).cast(pl.String).str.slice(0, 40) for name in ("vehicle_type", "fuel_type"))
    same = pl.col("fuel") == pl.col("implied")
    drop_in = (pl.col("implied") == "diesel") & pl.col("fuel").is_in(DIESEL_ENGINE_FUELS)
    classes, fuels = ", ".join(VEHICLE_CLASSES), ", ".join(FUELS)
    return (
        pl.when(pl.col("vehicle_class").is_null() & ~pl.col("no_vehicle"))
        .then(pl.format(f"vehicle_type '{{}}' is not known; accepted classes: {classes}", vehicle))
        .when(pl.col("fuel").is_null() & ~pl.col("no_fuel"))
        .then(pl.format(f"fuel_type '{{}}' is not known; accepted: {fuels}", fuel))
        .when(~(same | drop_in))
        .then(pl.format("vehicle_type '{}' means {}, fuel_type '{}' contradicts it", vehicle, "implied", fuel))
    )


def _mapped(names: pl.Series, mapping: dict[str, str]) -> pl.Series:
    old, new = list(mapping), list(mapping.values())
    return plain_names(names).replace_strict(old, new, default=None, return_dtype=pl.String)


def plain_names(names: pl.Series) -> pl.Series:
    """The names in lower case, their parts joined by underscores: how vehicles and fuels are compared."""
    text = names.cast(pl.String).str.to_lowercase()
    return text.str.replace_all(r"[\s_\-]+", "_").str.strip_chars("_")


def _is_missing(names: pl.Series) -> pl.Series:
    return plain_names(names).is_in(_MISSING).fill_null(True)
