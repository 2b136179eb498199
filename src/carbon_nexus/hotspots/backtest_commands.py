"""carbon-nexus backtest: a rule replayed over the history on record."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.hotspots.backtest_schemas import BacktestAnswer, Frequency, RuleFrequency, read
from carbon_nexus.hotspots.backtest_service import backtest as replayed
from carbon_nexus.hotspots.model import Metric
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, console, print_facts, print_json, print_table
from carbon_nexus.rules.commands import defaults_of
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.settings import load_settings

MOST_PRINTED = 20

Ratio = Annotated[float | None, typer.Option(help="Smallest actual / typical of this severity.")]
Name = Annotated[str | None, typer.Option(help="Only what has this name.")]


def backtest(
    policy: Annotated[PolicyKind | None, typer.Option(help="Kind of the policy; that of the default rule.")] = None,
    info: Ratio = None,
    warn: Ratio = None,
    critical: Ratio = None,
    false_alarms: Annotated[
        float | None, typer.Option(help="How often a week chance alone may raise an alarm, of each entity.")
    ] = None,
    clear_ratio: Annotated[float | None, typer.Option(help="Below it an event is no sign of an episode.")] = None,
    keep_firing_for: Annotated[
        str | None, typer.Option(help="Reports without a sign for so long end an episode, such as 24h.")
    ] = None,
    min_excess_kg: Annotated[float | None, typer.Option(help="Smallest excess of one event, kg CO2e.")] = None,
    last: Annotated[str, typer.Option(help="The time up to now that is replayed.")] = "90d",
    entity: Name = None,
    entity_type: Name = None,
    event_type: Name = None,
    metric: Annotated[Metric, typer.Option(help="kg per unit of activity of events, or all kg of days.")] = (
        Metric.INTENSITY
    ),
    as_json: AsJson = False,
) -> None:
    """Replay a rule over the history: how often it would have fired, beside the one in force and the original's."""
    terms = {"kind": policy, "info": info, "warn": warn, "critical": critical, "clear_ratio": clear_ratio,
             "false_alarms_per_entity_week": false_alarms, "keep_firing_for": keep_firing_for,
             "min_excess_kg": min_excess_kg}  # fmt: skip
    chosen = {"entity": entity, "entity_type": entity_type, "event_type": event_type, "metric": metric, "last": last}
    answer = _answer({"policy": terms, **chosen})
    if as_json:
        print_json(answer.model_dump(mode="json", by_alias=True))
    else:
        _show(answer)


def _answer(sent: dict[str, Any]) -> BacktestAnswer:
    settings, now = load_settings(), utc_now()
    defaults = defaults_of(settings)
    asked = read(sent, defaults, now)

    async def run(engine: AsyncEngine) -> BacktestAnswer:
        async with engine.connect() as connection:
            original = defaults.policy(PolicyKind.RATIO)
            return BacktestAnswer.of(asked, await replayed(connection, DEFAULT_TENANT_ID, asked, original, now))

    with open_database(settings, share=True) as url:
        return run_with_engine(url, run)


def _show(answer: BacktestAnswer) -> None:
    names = ("observations", "compared", "entities", "entity_weeks", "reason")
    told = {name: getattr(answer, name) for name in names}
    told["entity_weeks"] = f"{answer.entity_weeks:.1f}"
    facts = {"from": f"{answer.from_:%Y-%m-%d %H:%M} UTC", "to": f"{answer.to:%Y-%m-%d %H:%M} UTC", **told}
    print_facts({name: value for name, value in facts.items() if value is not None}, as_json=False)
    columns = (answer.rule, answer.in_force, answer.original)
    figures = [dict(_figures(each)) for each in columns]
    rows = ([name, *(each.get(name, "") for each in figures)] for name in figures[0])
    print_table(["", "this rule", "in force", "original ratio rule"], rows)
    if answer.rule.by_entity:
        print_table(["entity", "episodes"], answer.rule.by_entity.items())
    if answer.episodes:
        print_table(["entity", "kind", "severity", "opened", "ended", "excess kg", "ratio"], _episodes(answer))
    if answer.rule.episodes > MOST_PRINTED:
        console.print(f"The newest {MOST_PRINTED} of {answer.rule.episodes} episodes; --json lists more.")


def _figures(each: Frequency) -> Iterator[tuple[str, str]]:
    yield "episodes", str(each.episodes)
    yield from ((severity, str(count)) for severity, count in each.by_severity.items())
    yield "episodes per entity and week", _rounded(each.episodes_per_entity_week)
    yield "days with an episode", str(each.days)
    yield "such days per entity and week", _rounded(each.days_per_entity_week)
    yield "excess kg", _rounded(each.excess_kg)
    if isinstance(each, RuleFrequency):
        yield "marked useful, found", f"{each.marked.useful_found} of {each.marked.useful}"
        yield "marked not a problem, opened again", f"{each.marked.opened_again} of {each.marked.not_a_problem}"


def _episodes(answer: BacktestAnswer) -> Iterator[list[str]]:
    for each in answer.episodes[:MOST_PRINTED]:
        ended = "goes on" if each.ended is None else f"{each.ended:%Y-%m-%d %H:%M}"
        opened = f"{each.opened:%Y-%m-%d %H:%M}"
        excess, ratio = _rounded(each.excess_kg), _rounded(each.ratio)
        yield [each.entity, each.kind, each.severity, opened, ended, excess, ratio]


def _rounded(number: float | None) -> str:
    return "unknown" if number is None else f"{number:,.1f}" if abs(number) >= 100 else f"{number:.3g}"
