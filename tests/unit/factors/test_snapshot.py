"""No packaged factor changes unnoticed: every one is compared with its committed line, every set with its digest."""

from dataclasses import replace

import pytest

from carbon_nexus.factors import library
from carbon_nexus.factors.model import FactorSetChanged
from tests.unit.factors.snapshot import committed, packaged, plans

PLANS = plans()


def test_every_factor_of_every_set_is_as_committed() -> None:
    now, then = packaged(), committed()
    changes = [
        f"{factor_id}: {name} is {now[factor_id][name]!r}, committed was {was!r}"
        for factor_id in then.keys() & now.keys()
        for name, was in then[factor_id].items()
        if now[factor_id][name] != was
    ]
    changes += [f"{factor_id} is gone" for factor_id in then.keys() - now.keys()]
    changes += [f"{factor_id} is new" for factor_id in now.keys() - then.keys()]
    told = "A set never changes: put a new value into a new edition and set, then snapshot.write().\n"
    assert not changes, told + "\n".join(sorted(changes))


@pytest.mark.parametrize("name", PLANS)
def test_every_set_has_the_digest_it_was_published_with(name: str) -> None:
    digest = library.assemble(name, PLANS[name]).digest
    assert PLANS[name]["sha256"] == digest, f'{name} was changed; of a new set write sha256 = "{digest}" into sets.toml'


def test_the_snapshot_holds_as_many_factors_as_were_packaged() -> None:
    assert len(committed()) == 1428
    sizes = {name: len(library.factor_set(name).factors) for name in library.set_names()}
    assert sizes == {"desnz-2025.2": 1349, "desnz-2026.1": 1428, "desnz-2025.1": 68}


def test_a_set_whose_digest_differs_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    forged = {"desnz-2025.2": PLANS["desnz-2025.2"] | {"sha256": "0" * 64}}
    monkeypatch.setattr(library, "_plans", lambda: forged)
    with pytest.raises(FactorSetChanged, match="not those it was published with"):
        library.factor_set.__wrapped__("desnz-2025.2")


def test_one_changed_digit_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = PLANS["desnz-2025.1"]
    rows = library._editions()
    first, *others = rows["desnz-2025"]
    assert first.direct is not None
    forged = {**rows, "desnz-2025": (replace(first, direct=first.direct + 1e-5), *others)}
    monkeypatch.setattr(library, "_editions", lambda: forged)
    assert library.assemble("desnz-2025.1", plan).digest != plan["sha256"]
