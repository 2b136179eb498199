"""The packaged files: present in the package, small, and each with its source and licence on record."""

from importlib.resources import files

from carbon_nexus.demo.datasets import PETROL_KWH_PER_LITRE, packaged

FOLDER = files("carbon_nexus.demo") / "data"
NAMES = ("steel_quarter_hours", "building_hours", "car_trips")


def test_the_files_together_stay_well_under_a_megabyte_and_a_half() -> None:
    assert sum(len((FOLDER / f"{name}.parquet").read_bytes()) for name in NAMES) < 500_000


def test_every_packaged_file_has_its_section_in_sources() -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    shipped = {entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".parquet")}
    assert shipped == {f"{name}.parquet" for name in NAMES}
    sections = {section.split("\n")[0].strip(): section for section in sources.split("\n## ")[1:]}
    assert set(sections) == shipped
    assert all("| Licence |" in section for section in sections.values())
    assert "Share-alike notice" in sections["building_hours.parquet"]


def test_sizes_are_as_published_after_trimming() -> None:
    assert packaged("steel_quarter_hours").height == 52 * 7 * 96
    assert packaged("building_hours").height == 39 * 7 * 24
    assert packaged("car_trips").height == 1_303


def test_no_filled_hour_is_left_in_the_building_meters() -> None:
    for name in ("building_1", "building_2"):
        kwh = packaged("building_hours")[name]
        between = ((kwh.shift(1) + kwh.shift(-1)) / 2 - kwh).abs() < 1e-6
        assert not between.any()
        assert not (kwh == kwh.shift(1)).any()


def test_litre_of_petrol_holds_the_desnz_net_calorific_value() -> None:
    assert round(PETROL_KWH_PER_LITRE, 3) == 8.926
