"""Every kg counts once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from carbon_nexus.savings.ledger import Line, annualised, totals, with_others
from carbon_nexus.savings.model import Amount, Counted, Judgement, Verdict, Week
from tests.unit.savings.made import IN_PLACE, measure

WEEK = timedelta(days=7)


def line(
    rec_id: int, begins_in: int = 0, kg: float = 10.0, verdict: Verdict = Verdict.VERIFIED, entity: str = "Trunk"
) -> Line:
    """Four weeks from so many weeks after IN_PLACE on, so many kg saved in each, give or take as much in all."""
    start = IN_PLACE + begins_in * WEEK
    amount = Amount(kg, 0, 2 * kg)
    weeks = [
        Week(
            number + 1, start + number * WEEK, start + (number + 1) * WEEK, Counted(9, 0, 0, 0, 0), 90, 90 + kg, amount
        )
        for number in range(4)
    ]
    of = measure(id=rec_id, entity=entity, implemented_at=start)
    return Line(of, Judgement(verdict, "", 4, Amount(4 * kg, 3 * kg, 5 * kg)), weeks)


@pytest.mark.parametrize(("begins_in", "saved", "half"), [(0, 40, 10), (2, 60, 15), (4, 80, 20)])
def test_of_measures_at_one_entity_every_week_counts_once(begins_in: int, saved: float, half: float) -> None:
    total = totals([line(2, begins_in), line(1)])[Verdict.VERIFIED]
    assert total.ids == (2, 1)
    assert total.saved == Amount(saved, saved - half, saved + half)
    assert total.annualised_kg == pytest.approx(10 / 7 * 365)


def test_other_entities_add_up_and_their_chances_are_independent() -> None:
    total = totals([line(1), line(2, kg=30, entity="Elsewhere")])[Verdict.VERIFIED]
    half = (10**2 + 30**2) ** 0.5
    assert total.saved is not None
    assert [total.saved.kg, total.saved.low_kg] == pytest.approx([160, 160 - half])
    assert total.annualised_kg == pytest.approx(40 / 7 * 365)


def test_verdicts_are_apart_and_what_is_not_judged_for_good_waits() -> None:
    open_ones = (Verdict.WAITING, Verdict.INCONCLUSIVE, Verdict.NOT_OBSERVABLE, Verdict.NO_BASELINE)
    waiting = [line(3 + number, verdict=verdict) for number, verdict in enumerate(open_ones)]
    found = totals([line(1), line(2, verdict=Verdict.NOT_EFFECTIVE), *waiting])
    assert {str(verdict): total.ids for verdict, total in found.items()} == {
        "verified": (1,), "not_effective": (2,), "waiting": (3, 4, 5, 6),
    }  # fmt: skip
    assert totals([])[Verdict.VERIFIED].saved is None


def test_measures_within_four_weeks_at_one_entity_are_others_of_each_other() -> None:
    at = {1: 0, 2: 27, 3: 40}
    of = [measure(id=rec_id, implemented_at=IN_PLACE + timedelta(days=days)) for rec_id, days in at.items()]
    elsewhere = measure(id=4, entity="Elsewhere")
    found = with_others([*of, elsewhere])
    assert [sorted(each.others) for each in found] == [[2], [1, 3], [2], []]
    first, _, last = (each.implemented_at for each in of)
    assert [(each.since, each.until) for each in found] == [(None, last), (None, None), (first, None), (None, None)]


def test_what_promised_nothing_is_counted() -> None:
    told, untold = line(1), line(2, 4)
    found = totals([told, replace(untold, measure=replace(untold.measure, promised_kg=None))])
    assert [total.unpromised for total in found.values()] == [1, 0, 0]


def test_less_than_four_weeks_say_nothing_of_a_year() -> None:
    assert annualised(Amount(30, 0, 60), 3) is None
