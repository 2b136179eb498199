"""What is measured of scores: average precision, volume under the PR surface, events found at so many false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from detection_series import Flags, Floats, Series
from sklearn.metrics import average_precision_score, roc_auc_score  # type: ignore[import-untyped]

DAYS_A_WEEK = 7
SURFACE_WIDTH = 24  # values; the widest border of a label
SURFACE_THRESHOLDS = 250


@dataclass(frozen=True)
class Found:
    """Scores of a detector on a set of series: of events the highest score, of days without a label likewise."""

    events: Floats
    normal_days: Floats
    weeks: float

    def threshold(self, false_days_a_week: float) -> float:
        """The score that as many normal days reach, over all series."""
        falling = np.sort(self.normal_days)[::-1]
        allowed = int(false_days_a_week * self.weeks)
        return float(falling[allowed]) if allowed < len(falling) else -np.inf

    def recall(self, false_days_a_week: float) -> float:
        """Share of events above the threshold of that many false-alarm days per series and week."""
        return float(np.mean(self.events > self.threshold(false_days_a_week)))

    def false_days_at(self, recall: float) -> float:
        """False-alarm days per series and week of the threshold that finds this share of events."""
        threshold = np.sort(self.events)[::-1][int(np.ceil(recall * len(self.events))) - 1]
        return float(np.mean(self.normal_days >= threshold) * len(self.normal_days) / self.weeks)


def found(series: Sequence[Series], scores: Sequence[Floats], normal: Sequence[Series] | None = None,
          normal_scores: Sequence[Floats] | None = None) -> Found:  # fmt: skip
    """Highest scores of events (runs of labels) and of days without label; the days of `normal` where that is told."""
    events = [_event_scores(one, score) for one, score in zip(series, scores, strict=True)]
    days = [_day_scores(one, score) for one, score in zip(normal or series, normal_scores or scores, strict=True)]
    highest = np.concatenate(days)
    return Found(np.concatenate(events), highest, len(highest) / DAYS_A_WEEK)


def _event_scores(one: Series, score: Floats) -> Floats:
    usable = np.where(one.judged & np.isfinite(score), score, -np.inf)
    found = [usable[first:end].max() for first, end in runs(one.labels) if one.judged[first:end].any()]
    return np.array(found, np.float64)


def _day_scores(one: Series, score: Floats) -> Floats:
    normal_day = ~np.isin(one.days, np.unique(one.days[one.labels]))
    usable = one.judged & np.isfinite(score) & normal_day
    days, at = np.unique(one.days[usable], return_inverse=True)
    highest = np.full(len(days), -np.inf)
    np.maximum.at(highest, at, score[usable])
    return highest


def runs(labels: Flags) -> list[tuple[int, int]]:
    """First and end (exclusive) of each run of labels."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], labels, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def average_precision(series: Sequence[Series], scores: Sequence[Floats]) -> float:
    """Area under precision over recall, mean of the series that have labels."""
    return _mean(average_precision_score, series, scores)


def roc_auc(series: Sequence[Series], scores: Sequence[Floats]) -> float:
    """Area under the ROC curve, mean of the series that have labels."""
    return _mean(roc_auc_score, series, scores)


def vus_pr(series: Sequence[Series], scores: Sequence[Floats]) -> float:
    """Volume under the PR surface, mean of the series that have labels."""
    return _mean(_surface, series, scores)


def _mean(figure, series: Sequence[Series], scores: Sequence[Floats]) -> float:  # type: ignore[no-untyped-def]
    figures = []
    for one, score in zip(series, scores, strict=True):
        usable = one.judged
        if one.labels[usable].any():
            known = np.nan_to_num(score[usable], nan=np.nanmin(score), posinf=1e300, neginf=-1e300)
            figures.append(figure(one.labels[usable], known))
    return float(np.mean(figures))


def _surface(labels: Flags, score: Floats) -> float:
    """VUS-PR as Paparrizos et al. define it (PVLDB 15(11), 2022): mean range-PR area over widths of the labels' border.

    A label gets a border on either side that falls off as a square root; recall counts half of the border that is
    found as wanted, and is scaled by the share of events with any alarm. Own code: the authors' package asks for
    TensorFlow.
    """
    order = np.argsort(-score, kind="stable")
    at = np.unique(np.linspace(0, len(score) - 1, SURFACE_THRESHOLDS).astype(np.int64))
    # equal scores are one threshold: all of them are predicted
    predicted = np.searchsorted(-score[order], -score[order][at], side="right")
    areas = [_area(labels, score, order, predicted, width) for width in range(SURFACE_WIDTH + 1)]
    return float(np.mean(areas))


def _area(labels: Flags, score: Floats, order: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64],
          width: int) -> float:  # fmt: skip
    bordered = labels.astype(np.float64)
    for first, end in runs(labels):
        reach = width // 2
        before, after = np.arange(max(first - reach, 0), first), np.arange(end, min(end + reach, len(labels)))
        bordered[before] += np.sqrt(1 - (first - before) / max(width, 1))
        bordered[after] += np.sqrt(1 - (after - end + 1) / max(width, 1))
    bordered = np.minimum(bordered, 1)
    hit = np.concatenate(([0.0], np.cumsum(bordered[order])))[predicted]
    border_hit = np.concatenate(([0.0], np.cumsum(np.where(labels, 0, bordered)[order])))[predicted]
    highest = np.array([score[first:end].max() for first, end in runs(bordered > 0)])
    touched = np.mean(highest[:, None] >= score[order][predicted - 1], axis=0)
    wanted = labels.sum() + border_hit / 2
    recall = np.minimum(hit / wanted, 1) * touched
    return float(np.sum(np.diff(recall, prepend=0.0) * hit / predicted))


@dataclass(frozen=True)
class Figure:
    """One line of a table: `reached` None where nothing is to be reached."""

    what: str
    value: str
    reference: str = ""
    ratio: str = ""
    reach: str = ""
    reached: bool | None = None


def compared(what: str, value: float, reference: float, least: float | None = None, most: float | None = None,
             name: str = "") -> Figure:  # fmt: skip
    """A figure beside its reference; reached when their ratio is at least or at most so much."""
    ratio = value / reference if reference else np.inf
    reached = (
        None if least is None and most is None else (ratio >= least if least is not None else ratio <= (most or 0))
    )
    reach = f">= {least:g} x" if least is not None else f"<= {most:g} x" if most is not None else ""
    return Figure(what, f"{value:.3f}", f"{reference:.3f} {name}", f"{ratio:.2f}", reach, reached)
