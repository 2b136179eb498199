"""carbon-nexus: serve, worker, demo, scan, db, doctor, smoke; what handles data is in data_commands."""

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer
from prometheus_client import start_http_server
from rich.markup import escape
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus import data_commands
from carbon_nexus.app import Companion
from carbon_nexus.audit.commands import audit
from carbon_nexus.db import migrate
from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.demo.replay import load_history, replaying
from carbon_nexus.errors import CarbonNexusError, InvalidInput, Unavailable
from carbon_nexus.hotspots.backtest_commands import backtest
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, complaints, console, print_facts, print_table
from carbon_nexus.live.wake import announcing
from carbon_nexus.operations.doctor import State, examine
from carbon_nexus.operations.smoke import try_every_endpoint
from carbon_nexus.predictions.commands import factors
from carbon_nexus.predictions.service import basis_of, open_estimator
from carbon_nexus.rules.commands import rules
from carbon_nexus.running import complain_of_uncompared, scan_and_work, settings_and_log
from carbon_nexus.serving import listen, serve_until_stopped
from carbon_nexus.settings import Settings, load_settings, refuse_open_door
from carbon_nexus.worker import relearn, working

EXIT_FAILED, EXIT_REFUSED, EXIT_UNAVAILABLE, EXIT_BAD_INPUT = 1, 2, 3, 4

app = typer.Typer(
    name="carbon-nexus",
    help="Watches the carbon of a supply chain: events in, hotspots, alerts and costed recommendations out.",
    epilog="Exit codes: 0 done; 1 a check failed; 2 start refused or wrong usage; 3 no database; 4 rejected input.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
database = typer.Typer(help="The database schema.", no_args_is_help=True)
app.add_typer(database, name="db")
app.add_typer(factors, name="factors")
app.add_typer(rules, name="rules")
app.add_typer(audit, name="audit")
for command in (data_commands.ingest, data_commands.undo, data_commands.fill, backtest):
    app.command()(command)

Host = Annotated[str | None, typer.Option(help="Address to listen on; wins over API_HOST.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on, 0 for any free one; wins over API_PORT.")]


def main() -> None:
    """Entry point: an error leaves as its sentence and its mend, with an exit code that tells its kind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        app()
    except CarbonNexusError as error:
        _complain(error, as_json="--json" in sys.argv)


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave jobs and timers to `worker`.")] = False,
) -> None:
    """Serve the API, with jobs and timers in this process."""
    settings = settings_and_log(api_host=host, api_port=port)
    _serve(settings, [] if no_worker else [_worker_of(settings)])


@app.command()
def demo(
    host: Host = None,
    port: Port = None,
    replay: Annotated[bool, typer.Option("--replay", help="Keep events coming after the last two days.")] = False,
) -> None:
    """Load measured demo data, replay its last two days, and serve."""
    settings = settings_and_log(api_host=host, api_port=port)

    def prepare(url: str) -> None:
        run_with_engine(url, lambda engine: _load_history(settings, engine))

    _serve(settings, [_worker_of(settings), lambda engine, _: replaying(engine, utc_now, keep_coming=replay)], prepare)


@app.command()
def worker(
    metrics_port: Annotated[int | None, typer.Option(help="Serve this process's metrics on this local port.")] = None,
) -> None:
    """Run jobs and timers until stopped; as many processes as you like may share one database."""
    settings = settings_and_log()
    if metrics_port is not None:
        start_http_server(metrics_port, addr="127.0.0.1")
    with open_database(settings, share=True) as url:
        console.print("Working. Stop with Ctrl-C.")
        run_with_engine(url, lambda engine: _work_until_stopped(settings, engine, url))


@app.command()
def scan(
    recalculate: Annotated[
        bool, typer.Option("--recalculate", help="Then learn anew: calibrations, baselines.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Scan whatever waits, and do the work that follows from it."""
    settings = settings_and_log()

    async def run(engine: AsyncEngine) -> dict[str, Any]:
        facts = await scan_and_work(settings, engine, url)
        if recalculate:
            facts["baselines"] = await relearn(engine, utc_now, basis_of(settings))
        return facts

    with open_database(settings, share=True) as url:
        facts = run_with_engine(url, run)
    print_facts(facts, as_json)
    complain_of_uncompared(facts)


@database.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the database to the newest schema."""
    with open_database(settings_and_log(), share=True) as url:
        print_facts({"revision": migrate.revision(url)}, as_json)


@database.command()
def schema() -> None:
    """Print the whole schema as SQL, for pasting into an SQL editor (sql/schema.sql is this)."""
    sys.stdout.write(migrate.schema_sql())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is configured, what answers and what to mend."""
    checks = list(examine(load_settings()))
    if as_json:
        print_facts({"checks": [check._asdict() for check in checks]}, as_json)
    else:
        print_table(["part", "state", "seen", "mend"], checks)
    if any(check.state is State.FAIL for check in checks):
        raise SystemExit(EXIT_FAILED)


@app.command()
def smoke(
    url: Annotated[str, typer.Argument(help="Address of a running server, such as http://127.0.0.1:8000.")],
    key: Annotated[str | None, typer.Option(help="Bearer key.", envvar="CARBON_NEXUS_KEY")] = None,
    as_json: AsJson = False,
) -> None:
    """Try every endpoint of a running server and report."""
    trials = list(try_every_endpoint(url, key))
    if as_json:
        print_facts({"trials": [trial._asdict() for trial in trials]}, as_json)
    else:
        print_table(["endpoint", "result", "status", "ms", "remark"], trials)
    if not all(trial.passed for trial in trials):
        raise SystemExit(EXIT_FAILED)


def _serve(
    settings: Settings,
    beside: list[Callable[[AsyncEngine, str], Any]],
    prepare: Callable[[str], None] = lambda url: None,
) -> None:
    refuse_open_door(settings)
    with listen(settings) as socket, open_database(settings, share=False) as url:
        prepare(url)
        serve_until_stopped(settings, url, socket, [_with_url(make, url) for make in beside])


def _with_url(make: Callable[[AsyncEngine, str], Any], url: str) -> Companion:
    return lambda engine: make(engine, url)


def _worker_of(settings: Settings) -> Callable[[AsyncEngine, str], Any]:
    return lambda engine, url: working(settings, engine, url, utc_now)


async def _work_until_stopped(settings: Settings, engine: AsyncEngine, url: str) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with announcing(engine, settings.redis_url), working(settings, engine, url, utc_now):
        await stopped.wait()


async def _load_history(settings: Settings, engine: AsyncEngine) -> None:
    async with open_estimator(settings) as estimator:
        await load_history(engine, utc_now, complaints, estimator)


def _complain(error: CarbonNexusError, *, as_json: bool) -> NoReturn:
    """One line on stderr (the whole error as JSON on stdout where JSON was asked for), and the exit code."""
    if as_json:
        print_facts(error.body(), as_json)
    label = "[bold]Mend:[/] " if error.remedy and not isinstance(error, InvalidInput) else ""
    told = f"[bold red]Error:[/] {escape(error.detail)} {label}{escape(error.remedy)}"
    complaints.print(told.rstrip(), soft_wrap=True)
    if isinstance(error, Unavailable):
        raise SystemExit(EXIT_UNAVAILABLE)
    raise SystemExit(EXIT_BAD_INPUT if isinstance(error, InvalidInput) else EXIT_REFUSED)
