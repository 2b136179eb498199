from dataclasses import replace

import pytest

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.recommendations.model import Cause, Status
from carbon_nexus.recommendations.standing import Case, LeftOut, Past, again

PAST = Past(4, "M03", Status.REJECTED, "load", Severity.WARN, 100.0)
SAME = Case(Cause.LOAD, Severity.WARN, 149.0)


def test_what_is_new_here_needs_no_reason() -> None:
    assert again(None, SAME) is None


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.IMPLEMENTED, Status.VERIFIED])
def test_what_is_under_way_is_not_proposed_again_whatever_changed(status: Status) -> None:
    verdict = again(replace(PAST, status=status), Case(Cause.SPEED, Severity.CRITICAL, 1e6))
    assert verdict == LeftOut("M03", f"M03 is {status} already (recommendation 4)", True)


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (replace(SAME, cause=Cause.SPEED), "the cause is another: speed instead of load"),
        (replace(SAME, severity=Severity.CRITICAL), "the severity has risen from warn to critical"),
        (replace(SAME, saving_kg=150.0), "it would save 150 kg in 28 days instead of 100 kg"),
    ],
)
@pytest.mark.parametrize("status", [Status.REJECTED, Status.NOT_EFFECTIVE])
def test_what_was_refused_comes_back_when_the_case_has_changed(status: Status, now: Case, change: str) -> None:
    words = status.replace("_", " ")
    assert (
        again(replace(PAST, status=status), now) == f"it was {words} here (recommendation 4), and since then {change}"
    )


@pytest.mark.parametrize("now", [SAME, replace(SAME, severity=Severity.INFO), replace(SAME, saving_kg=1.0)])
def test_in_the_same_or_a_milder_case_it_does_not(now: Case) -> None:
    assert again(PAST, now) == LeftOut(
        "M03", "M03 was found rejected here (recommendation 4), and the case is the same", False
    )
