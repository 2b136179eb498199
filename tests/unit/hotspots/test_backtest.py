from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_nexus.errors import InvalidInput
from carbon_nexus.hotspots.backtest import OBSERVED_SCHEMA, WARM_UP, episodes, kind, overlap, replay, scored, tally
from carbon_nexus.hotspots.backtest_schemas import read
from carbon_nexus.hotspots.detect import SUBJECT
from carbon_nexus.hotspots.model import Kind, Metric, Status
from carbon_nexus.rules.defaults import Defaults, default_policy, default_rule
from carbon_nexus.rules.model import PolicyKind
from tests.unit.hotspots.ledger import FACTORY, HOUR, ROUTE, T0, Ledger, governed

THRESHOLDS = (0.8, 1.0, 1.5)
ADAPTIVE, RATIO = (default_policy(each, THRESHOLDS, 0.1) for each in (PolicyKind.ADAPTIVE, PolicyKind.RATIO))
DEFAULTS = Defaults(default_rule(PolicyKind.ADAPTIVE, THRESHOLDS, 0.1), THRESHOLDS)
START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
SUBJECTS = (ROUTE, FACTORY)
RANKS = {0: "info", 1: "warn", 2: "critical"}


def hours(kg: list[float], subject: int = 0, step: timedelta = HOUR) -> pl.DataFrame:
    """One observation an hour, of one unit of activity each."""
    times = [START + step * number for number in range(len(kg))]
    columns = {"subject": subject, "series": subject, "event_time": times, "co2e_kg": kg, "activity": 1.0}
    return pl.DataFrame(columns, schema=OBSERVED_SCHEMA)


def year(excess: range = range(0)) -> list[float]:
    """Sixty days of a rhythm of day and night with a little noise, half as much again in some hours."""
    usual = [(100 if 6 <= hour % 24 < 18 else 60) * (1 + 0.02 * ((hour * 7919 % 13) - 6) / 6) for hour in range(1440)]
    return [kg * (1.5 if hour in excess else 1) for hour, kg in enumerate(usual)]


def test_an_excess_is_found_once_where_the_rule_of_ratios_fires_all_the_time() -> None:
    excess = range(1000, 1030)
    observed = pl.concat([hours(year(excess)), hours(year(), subject=1)])
    since = START + WARM_UP
    found, everything = replay(observed, [ADAPTIVE, RATIO], since).episodes
    (only,) = found.to_dicts()
    assert (only["subject"], only["opened"]) == (0, START + HOUR * excess[0])
    assert timedelta(0) <= only["ended"] - (START + HOUR * excess[-1]) <= timedelta(hours=6)
    assert only["excess_kg"] == pytest.approx(sum(year(excess)) - sum(year()), rel=0.2)
    assert (RANKS[only["severity"]], only["active"], kind(only, Metric.INTENSITY)) == (
        "critical",
        False,
        Kind.SUSTAINED,
    )
    assert everything["opened"].to_list() == [since, since]
    assert everything["active"].all()


def test_what_is_replayed_in_parts_is_replayed_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    observed = pl.concat([hours(year(range(1000, 1004 + each)), subject=each) for each in range(5)])
    whole = replay(observed, [ADAPTIVE], START)
    monkeypatch.setattr("carbon_nexus.hotspots.backtest.PART_ROWS", 1500)
    parted = replay(observed, [ADAPTIVE], START)
    assert_frame_equal(parted.watched, whole.watched)
    assert_frame_equal(parted.episodes[0], whole.episodes[0])
    assert whole.episodes[0]["subject"].unique().to_list() == [0, 1, 2, 3, 4]


def test_only_the_past_is_typical_and_a_series_needs_ten_observations() -> None:
    told = scored(hours(year()[:20]), Metric.INTENSITY)
    other = scored(hours([*year()[:15], 1e6, 1.0, 1.0, 1.0, 1.0]), Metric.INTENSITY)
    assert told["typical_kg"].is_null().to_list() == [True] * 10 + [False] * 10
    assert told["typical_kg"][:16].equals(other["typical_kg"][:16])


def test_two_units_of_activity_are_two_series_of_one_subject() -> None:
    loads, runs = (hours([kg] * 700) for kg in (1.0, 1000.0))
    both = pl.concat([loads, runs.with_columns(pl.col("series") + 1, pl.col("event_time") + HOUR / 2)])
    mixed = both.cast(OBSERVED_SCHEMA).sort("event_time")  # type: ignore[arg-type]
    found = replay(mixed, [ADAPTIVE, RATIO], START)
    assert found.watched.select("observations", "compared").row(0) == (1400, 1380)
    assert [each.height for each in found.episodes] == [0, 1]


def test_reports_without_a_value_end_an_episode_and_silence_does_not() -> None:
    excess = range(1000, 1003)
    observed = hours(year(excess))
    over = pl.col("event_time") >= START + 1003 * HOUR
    blind = observed.head(1040).with_columns(co2e_kg=pl.when(~over).then("co2e_kg"))
    late = observed.head(1004).with_columns(event_time=pl.when(over).then(START + 1300 * HOUR).otherwise("event_time"))
    for told, active in ((blind, False), (blind.head(1027), True), (observed.head(1003), True), (late, False)):
        (found,) = replay(told, [ADAPTIVE], START + WARM_UP).episodes
        assert found["active"].to_list() == [active]


def test_nothing_to_replay_is_nothing_found() -> None:
    found = replay(pl.DataFrame(schema=OBSERVED_SCHEMA), [ADAPTIVE, RATIO], START)
    assert (found.watched.height, [each.height for each in found.episodes]) == (0, [0, 0])


CHANCES = st.sampled_from([0.01, 0.07, 2.0, 6.0])
KG = st.sampled_from([50.0, 100.0, 107.0, 115.0, 140.0, 200.0])
EVENT = st.tuples(
    *(st.sampled_from(SUBJECTS), st.integers(1, 40), st.none() | KG, CHANCES),
    *(st.sampled_from([0, 0, 0, 1]), st.booleans()),
)


@given(st.lists(EVENT, max_size=30), st.sampled_from([ADAPTIVE, RATIO, replace(ADAPTIVE, min_excess_kg=20.0)]))
def test_episodes_are_those_of_a_scan_event_by_event(told: list[Any], policy: Any) -> None:
    at, rows = T0, []
    for subject, pause, kg, chance, shifted, drifting in told:
        at += HOUR * pause
        rows.append((*subject, at, kg, 100.0, chance, shifted, drifting))
    names = (*SUBJECT, "event_time", "co2e_kg", "typical_kg", "chance_per_week", "shifted", "drifting")
    kinds = [*[pl.String()] * 4, pl.Datetime("us", "UTC"), *[pl.Float64()] * 3, pl.Int8(), pl.Boolean()]
    events = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row").with_row_index("event_id")
    terms = {name: getattr(policy, name) for name in policy.__dataclass_fields__ if name != "kind"}
    frame = governed(events, **terms, adaptive=policy.kind is PolicyKind.ADAPTIVE)
    ledger = Ledger()
    ledger.events = frame.clear()
    for event in frame.iter_slices(1):
        ledger.take_frame(event)
    numbers = {subject: number for number, subject in enumerate(SUBJECTS)}
    number = pl.col("entity").replace_strict({each.entity: numbers[each] for each in SUBJECTS}, return_dtype=pl.UInt32)
    seen = frame.with_columns(subject=number).select("subject", *names[4:]).sort("subject", maintain_order=True)
    watched = seen.group_by("subject", maintain_order=True).agg(pl.last("event_time").alias("last"))
    found = episodes(seen, watched, policy, Metric.INTENSITY)
    assert {
        (SUBJECTS[row["subject"]], row["opened"], row["ended"], row["event_count"], round(row["ratio"], 9),
         RANKS[row["severity"]], Status.ACTIVE if row["active"] else Status.RESOLVED)
        for row in found.iter_rows(named=True)
    } == {
        (each.subject, each.first_event_at, each.last_event_at, each.event_count,
         round(each.percent_above / 100 + 1, 9), each.severity, each.status)
        for each in ledger.episodes.values()
    }  # fmt: skip


def spans(*rows: tuple[Any, int, int, str]) -> pl.DataFrame:
    """Subject, first and last hour, and severity or verdict of each."""
    told = [(*subject, T0 + HOUR * first, T0 + HOUR * last, word, word, 10.0) for subject, first, last, word in rows]
    moment = pl.Datetime("us", "UTC")
    kinds = [*[pl.String()] * 4, moment, moment, pl.String(), pl.String(), pl.Float64()]
    names = (*SUBJECT, "opened", "ended", "severity", "verdict", "excess_kg")
    return pl.DataFrame(told, schema=dict(zip(names, kinds, strict=True)), orient="row")


def test_a_tally_counts_each_day_of_a_subject_once() -> None:
    # noon to noon is two days, one more at its end, and the same day of another subject
    found = tally(spans((ROUTE, 0, 24, "warn"), (ROUTE, 26, 40, "info"), (FACTORY, 24, 24, "warn")), weeks=8)
    assert (found.episodes, found.days, found.excess_kg) == (3, 4, 30)
    assert (found.episodes_per_entity_week, found.days_per_entity_week) == (0.375, 0.5)
    assert found.by_severity == {"critical": 0, "warn": 2, "info": 1}
    assert found.by_entity == {"R-1": 2, "F-1": 1}


def test_rates_of_nobody_are_unknown() -> None:
    found = tally(spans(), weeks=0)
    assert (found.episodes, found.episodes_per_entity_week, found.days_per_entity_week) == (0, None, None)


def test_marked_hotspots_are_met_where_an_episode_of_their_subject_shares_time() -> None:
    marked = spans((ROUTE, 0, 5, "useful"), (ROUTE, 50, 60, "useful"), (ROUTE, 8, 9, "not_a_problem"))
    found = overlap(spans((ROUTE, 5, 7, "info"), (FACTORY, 50, 60, "info")), marked)
    assert (found.useful, found.useful_found, found.recall) == (2, 1, 0.5)
    assert (found.not_a_problem, found.opened_again) == (1, 0)
    assert overlap(spans((ROUTE, 9, 9, "info")), marked).opened_again == 1
    assert overlap(spans(), spans()).recall is None


def test_what_is_left_out_of_a_question_is_the_default_rule_over_ninety_days() -> None:
    asked = read({}, DEFAULTS, NOW)
    assert (asked.policy, asked.metric, asked.start, asked.end) == (
        ADAPTIVE,
        "intensity",
        NOW - timedelta(days=90),
        NOW,
    )
    spelt = read({"policy": {"kind": "ratio", "info": 1.2, "warn": 1.3}, "last": "7d", "to": "2026-02-01T00:00+01:00"},
                 DEFAULTS, NOW)  # fmt: skip
    assert (spelt.end, spelt.end - spelt.start) == (datetime(2026, 1, 31, 23, tzinfo=UTC), timedelta(days=7))
    assert spelt.policy == replace(RATIO, info=1.2, warn=1.3, clear_ratio=1.2)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"policy": {"info": 2}}, "policy.info 2.0 must not be above warn 1.25, which is filled in."),
        ({"policy": {"infos": 2}}, "policy.infos 2 is not a key here. Did you mean info?"),
        ({"metric": "kwh"}, "metric 'kwh' must be 'intensity' or 'absolute'."),
        ({"last": "3 moons"}, "last '3 moons' has the unit 'moons'"),
        ({"last": "0 s"}, "last '0 s' must be longer than nothing and at most 3660 d."),
        ({"last": "7 d", "from": "2026-01-01T00:00Z"}, "from 2026-01-01 00:00:00+00:00 does not go with last"),
        ({"from": "2026-04-01T00:00Z"}, "from 2026-04-01 00:00:00+00:00 must be before to, 2026-03-18 12:00 UTC"),
        ({"from": "2001-01-01T00:00Z"}, "by 3660 d at most"),
        ({"from": "0001-01-01T00:00Z", "to": "0001-01-02T00:00Z"}, "to 0001-01-02 00:00:00+00:00 must be 1970-03-01"),
        ({"from": "2026-01-01T00:00"}, "from '2026-01-01T00:00' must have timezone info. Write it like 2026-01-01T"),
        ({"entity": "a\x00"}, "must not contain a NUL character"),
        ({"rule": {}}, "rule (a mapping) is not a key here."),
        ([], "The rule (a list) must"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_key_and_why(sent: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(sent, DEFAULTS, NOW)
    assert said in refused.value.detail
