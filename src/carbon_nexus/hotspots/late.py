"""Findings that are older than what their subject has already reported: the episodes they belong to. Pure.

What is decided here does not depend on the order in which the findings arrive: two of one subject belong together
unless it reported, between them, at a time more than its quiet time after the first. Three things do depend on it. A
late event that does not stand out neither resolves nor splits an episode, an episode that is over stays over even if a
late finding falls into its quiet time, and two episodes stay two even if a late finding would have joined them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import polars as pl

from carbon_nexus.hotspots.detect import SUBJECT, opening, stands_out, taken_in, why_over, worst_of
from carbon_nexus.hotspots.model import (
    QUIET,
    Change,
    Episode,
    Finding,
    Status,
    Subject,
    Transition,
)

HOUR = timedelta(hours=1)

Sign = Finding | Episode


class Gap(NamedTuple):
    """A time, both ends excluded, in which a report of the subject ends the episode before it."""

    subject: Subject
    after: datetime
    before: datetime


class Chain(NamedTuple):
    """Findings and episodes of one subject without a quiet time between them, in order; `over` tells of one after."""

    signs: list[Sign]
    over: str


def parted(compared: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All that stands out of the subjects of whom some of it may be late; and of the others, what is no late event.

    `last_hour` is the beginning of the last hour that the subject reported in before this batch (null: none). Who
    stands out within that hour may be late; what else is older than it ends nothing.
    """
    found, since = stands_out(), pl.col("last_hour")
    maybe_late = compared.filter(found & (pl.col("event_time") < since + HOUR)).select(SUBJECT).unique()
    theirs = compared.join(maybe_late, on=SUBJECT, how="semi").filter(found)
    others = compared.join(maybe_late, on=SUBJECT, how="anti")
    return theirs, others.filter((pl.col("event_time") >= since).fill_null(True))


def find_apart(found: pl.DataFrame) -> list[Finding]:
    """Findings of events that all stand out: one per subject and stretch in which none is a quiet time apart."""
    new_run = (pl.col("event_time").diff().over(SUBJECT) > pl.col("keep_firing_for")).fill_null(False)
    runs = found.sort(*SUBJECT, "event_time").with_columns(
        _run=new_run.cum_sum().over(SUBJECT),
        _found=pl.lit(True),
        _sign=pl.lit(True),
        reported_before=pl.lit(None, pl.Datetime("us", "UTC")),
    )
    return list(worst_of(runs).values())


def gaps(signs: Sequence[Sign], until: datetime, quiet: Mapping[Subject, timedelta]) -> list[Gap]:
    """Times between findings and episodes, and from the last of a subject until then, where a report decides."""
    found = []
    for subject, own in _by_subject(signs):
        end, pause = own[0].last_event_at, quiet.get(subject, QUIET)
        for each in own[1:]:
            found.append(Gap(subject, end + pause, each.first_event_at))
            end = max(end, each.last_event_at)
        found.append(Gap(subject, end + pause, until))
    return [gap for gap in found if gap.after < gap.before]


def settle(
    signs: Sequence[Sign], reported: Collection[Gap], until: datetime, quiet: Mapping[Subject, timedelta]
) -> list[Transition]:
    """What these findings do to their subjects' episodes. `signs` are both; `reported` are the gaps with a report.

    A finding goes into the episode of its chain before it, else the one after it. Without any it opens one, which is
    over at once where the subject went on reporting for the quiet time.
    """
    return [
        transition
        for subject, own in _by_subject(signs)
        for chain in _chains(subject, own, reported, until, quiet.get(subject, QUIET))
        for transition in _transitions(chain)
    ]


def _by_subject(signs: Sequence[Sign]) -> Iterator[tuple[Subject, list[Sign]]]:
    ordered = sorted(signs, key=lambda sign: (sign.subject, sign.first_event_at, sign.last_event_at))
    for subject, own in groupby(ordered, key=lambda sign: sign.subject):
        yield subject, list(own)


def _chains(
    subject: Subject, own: list[Sign], reported: Collection[Gap], until: datetime, quiet: timedelta
) -> Iterator[Chain]:
    linked, end = [own[0]], own[0].last_event_at
    for each in own[1:]:
        if Gap(subject, end + quiet, each.first_event_at) in reported:
            yield Chain(linked, why_over(quiet))
            linked = []
        linked.append(each)
        end = max(end, each.last_event_at)
    yield Chain(linked, why_over(quiet) if Gap(subject, end + quiet, until) in reported else "")


def _transitions(chain: Chain) -> Iterator[Transition]:
    episodes = [sign for sign in chain.signs if isinstance(sign, Episode)]
    if not episodes:
        finding = together([sign for sign in chain.signs if isinstance(sign, Finding)])
        yield Transition(Change.OPENED, opening(finding), None, finding, chain.over)
        return
    own: dict[int, list[Finding]] = {episode.id: [] for episode in episodes}
    current = episodes[0]
    for sign in chain.signs:
        if isinstance(sign, Episode):
            current = sign
        else:
            own[current.id].append(sign)
    for episode in episodes:
        ended = chain.over if episode.status is Status.ACTIVE else ""
        if own[episode.id]:
            finding = together(own[episode.id])
            yield Transition(*taken_in(finding, episode), episode, finding, ended)
        elif ended:
            yield Transition(Change.RESOLVED, ended, episode, None)


def together(findings: Sequence[Finding]) -> Finding:
    """Findings of one subject as one."""
    worst = max(findings, key=lambda finding: (finding.percent_above, -finding.event_id))
    return replace(
        worst,
        severity=max((finding.severity for finding in findings), key=lambda severity: severity.rank),
        event_count=sum(finding.event_count for finding in findings),
        excess_kg=sum(finding.excess_kg for finding in findings),
        leading_kg=sum(finding.leading_kg for finding in findings),
        first_event_at=min(finding.first_event_at for finding in findings),
        last_event_at=max(finding.last_event_at for finding in findings),
        drifting=any(finding.drifting for finding in findings),
        shifted=any(finding.shifted for finding in findings),
    )
