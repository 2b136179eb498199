"""What is typical: robust medians of intensity, and what they lead to expect for an event or a day. Pure.

Intensity is kg CO2e per unit of activity (t.km, km, drop, shift hour, m3 or event), so that a busy day is no finding;
an absolute baseline is of all kg of a day, and finds the busy day. Metered sites follow the clock, so they also get one
cell per hour of day and day type (hour x weekend medians find labelled faults six times better than one mean for all
hours: average precision .399 against .064); days get one cell per day type. Public holidays are like Sundays.
"""

from collections.abc import Collection
from datetime import date, datetime

import polars as pl

from carbon_nexus.baselines.model import (
    ALL_TIMES,
    KEY,
    METERED,
    METHOD,
    METHOD_BY_DAY,
    METHOD_BY_HOUR,
    MIN_CELL_SAMPLE,
    MIN_PEERS,
    MIN_SAMPLE,
    PEER_SCHEMA,
    PEERS,
    SERIES,
    WINDOW,
    Metric,
)

# standard error of a median, as a multiple of the median absolute deviation over sqrt(n), for a normal sample
MEDIAN_ERROR = 1.2533 * 1.4826
ROBUST_SCALE = 1.4826  # standard deviation over median absolute deviation, for a normal sample
ABSOLUTE = pl.col("metric") == Metric.ABSOLUTE
OVERALL = pl.col("season_cell") == ALL_TIMES


def baselines_of(
    observations: pl.DataFrame, now: datetime, closed: Collection[date] = (), peers: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Baselines from the observations of the window that ends `now`.

    Takes the columns of OBSERVATION_SCHEMA; observations without an estimate or without activity say nothing. `closed`
    are days like Sundays, `peers` what is typical of each type (PEER_SCHEMA; None: what these observations say of it).
    Returns one row per KEY with baseline_value, low and high (5th and 95th percentile), robust_scale, sample_size,
    confidence_score, sufficiency, reason, reasons and own_weight. A young baseline has the value of its type as far as
    its own events are too few, or none where its type has none; a disqualified one is compared with nothing.
    """
    usable = observations.filter(
        (pl.col("event_time") >= now - WINDOW) & (pl.col("event_time") < now),
        (pl.col("activity") > 0) & pl.col("activity").is_finite(),  # anything over infinity would be zero
    ).with_columns(intensity=pl.col("co2e_kg") / pl.col("activity"))
    usable = usable.filter(pl.col("intensity").is_finite())
    seasonal = usable.filter(pl.col("event_type").is_in(METERED) | ABSOLUTE)
    cells = pl.concat(
        [
            usable.with_columns(season_cell=pl.lit(ALL_TIMES, pl.Int64)),
            seasonal.with_columns(season_cell=season_cell(closed)),
        ]
    )
    judged = _judged(cells.group_by(*KEY).agg(*_statistics()))
    known = peers_of(judged) if peers is None else peers
    return _told(_shrunk(judged, known)).with_columns(window_start=pl.lit(now - WINDOW), window_end=pl.lit(now))


def season_cell(closed: Collection[date] = ()) -> pl.Expr:
    """Cell 1 to 48 of an `event_time`: hour of day in UTC, weekdays first, then weekends and closed days."""
    day_off = (pl.col("event_time").dt.weekday() >= 6) | pl.col("event_time").dt.date().is_in(list(closed))
    return 1 + pl.col("event_time").dt.hour().cast(pl.Int64) + 24 * day_off.cast(pl.Int64)


def peers_of(baselines: pl.DataFrame) -> pl.DataFrame:
    """What is typical of each type (PEER_SCHEMA), from its entities with enough events; types with few are left out.

    Only of intensities: how much another site emits in a day tells nothing of this one.
    """
    ok = baselines.filter(OVERALL & (pl.col("sufficiency") == "ok") & (pl.col("baseline_value") > 0) & ~ABSOLUTE)
    middle = ok.group_by(*PEERS).agg(
        pl.col("baseline_value").median().alias("peer_value"),
        pl.col("low").median().alias("peer_low"),
        pl.col("high").median().alias("peer_high"),
        pl.len().cast(pl.Int64).alias("peers"),
    )
    return middle.filter(pl.col("peers") >= MIN_PEERS).select(*PEER_SCHEMA)


def expect(estimates: pl.DataFrame, typicals: pl.DataFrame, closed: Collection[date] = ()) -> pl.DataFrame:
    """The estimates with typical_kg, typical_low_kg and typical_high_kg: what is usual for each event's activity.

    The cell of the event's hour goes before the entity's overall value. All are null without a baseline to compare
    with; `young`: the value rests on too few events of the entity itself.
    """
    values = typicals.filter(pl.col("baseline_value").is_not_null(), pl.col("sufficiency") != "disqualified")
    told = ("baseline_value", "low", "high", "sufficiency")
    values = values.drop("sample_size", strict=False)
    by_hour = values.filter(~OVERALL).rename({name: f"_hourly_{name}" for name in told})
    overall = values.filter(OVERALL).drop("season_cell").rename({name: f"_overall_{name}" for name in told})
    usual = {name: pl.coalesce(f"_hourly_{name}", f"_overall_{name}") for name in told}
    return (
        estimates.with_columns(season_cell=season_cell(closed))
        .join(by_hour, on=list(KEY), how="left", maintain_order="left")
        .join(overall, on=list(SERIES), how="left", maintain_order="left")
        .with_columns(
            typical_kg=usual["baseline_value"] * pl.col("activity"),
            typical_low_kg=usual["low"] * pl.col("activity"),
            typical_high_kg=usual["high"] * pl.col("activity"),
            young=usual["sufficiency"] == "young",
        )
        .drop("season_cell", *(f"_{of}_{name}" for of in ("hourly", "overall") for name in told))
    )


def _statistics() -> list[pl.Expr]:
    intensity = pl.col("intensity")
    return [
        intensity.median().alias("_median"),
        intensity.quantile(0.05).alias("low"),
        intensity.quantile(0.95).alias("high"),
        (intensity - intensity.median()).abs().median().alias("_mad"),
        pl.len().cast(pl.Int64).alias("sample_size"),
    ]


def _judged(cells: pl.DataFrame) -> pl.DataFrame:
    enough = pl.col("sample_size") >= pl.when(OVERALL).then(MIN_SAMPLE).otherwise(MIN_CELL_SAMPLE)
    error = MEDIAN_ERROR * pl.col("_mad") / pl.col("_median") / pl.col("sample_size").sqrt()
    nothing = enough & (pl.col("_median") <= 0)
    method = pl.when(OVERALL).then(pl.lit(METHOD)).when(ABSOLUTE).then(pl.lit(METHOD_BY_DAY))
    return cells.with_columns(
        calculation_method=method.otherwise(pl.lit(METHOD_BY_HOUR)),
        baseline_value=pl.when(enough).then("_median"),
        low=pl.when(enough).then("low"),
        high=pl.when(enough).then("high"),
        robust_scale=pl.when(enough).then(ROBUST_SCALE * pl.col("_mad")),
        confidence_score=pl.when(enough & (pl.col("_median") > 0)).then((1 - error).clip(0, 1)),
        sufficiency=pl.when(~enough)
        .then(pl.lit("young"))
        .when(nothing)
        .then(pl.lit("disqualified"))
        .otherwise(pl.lit("ok")),
        own_weight=pl.when(enough).then(1.0),
    )


def _shrunk(judged: pl.DataFrame, peers: pl.DataFrame) -> pl.DataFrame:
    """Entities with too few events drawn to what is typical of their type, the more the fewer they are."""
    young = OVERALL & (pl.col("sufficiency") == "young") & pl.col("peer_value").is_not_null() & (pl.col("_median") > 0)
    own = pl.col("sample_size") / (pl.col("sample_size") + MIN_SAMPLE)
    drawn = (own * pl.col("_median").log() + (1 - own) * pl.col("peer_value").log()).exp()
    around = {name: drawn * pl.col(f"peer_{name}") / pl.col("peer_value") for name in ("low", "high")}
    return judged.join(peers, on=list(PEERS), how="left", maintain_order="left").with_columns(
        baseline_value=pl.when(young).then(drawn).otherwise("baseline_value"),
        low=pl.when(young).then(around["low"]).otherwise("low"),
        high=pl.when(young).then(around["high"]).otherwise("high"),
        own_weight=pl.when(young).then(own).otherwise("own_weight"),
    )


def _told(shrunk: pl.DataFrame) -> pl.DataFrame:
    """Why a baseline is not ok: a sentence, and as values (JSON text: a list of name, description and data)."""
    needed = pl.when(OVERALL).then(MIN_SAMPLE).otherwise(MIN_CELL_SAMPLE)
    observed = pl.when(ABSOLUTE).then(pl.lit("days")).otherwise(pl.lit("events"))
    few = pl.format("{} of the {} {} a baseline needs", "sample_size", needed, observed)
    borrowed = pl.format("{}; the rest of its weight is the median of {} others of its type", few, "peers")
    short = pl.when(pl.col("own_weight") < 1).then(borrowed).otherwise(few)
    nothing = pl.lit("its usual emissions are zero: no ratio to them can be told")
    young, disqualified = pl.col("sufficiency") == "young", pl.col("sufficiency") == "disqualified"
    counted = '[{"name": "too_few_events", "description": "{}", "data": {"events": {}, "needed": {}}}]'
    zero = '[{"name": "typical_is_zero", "description": "{}", "data": {"events": {}}}]'
    return shrunk.with_columns(
        reason=pl.when(young).then(short).when(disqualified).then(nothing),
        reasons=pl.when(young).then(_formatted(counted, short, pl.col("sample_size"), needed))
        .when(disqualified).then(_formatted(zero, nothing, pl.col("sample_size")))
        .otherwise(pl.lit("[]")),
    ).drop("_median", "_mad", "peer_value", "peer_low", "peer_high", "peers")  # fmt: skip


def _formatted(template: str, *values: pl.Expr) -> pl.Expr:
    """The template with its {} filled in; other braces are kept, which `pl.format` cannot."""
    texts = template.split("{}")
    parts = [each for text, value in zip(texts, values, strict=False) for each in (pl.lit(text), value.cast(pl.String))]
    return pl.concat_str(*parts, pl.lit(texts[-1]))
