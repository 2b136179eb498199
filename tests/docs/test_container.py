"""Dockerfile and compose.yaml by reading them; there need not be a container engine here."""

import re
import shlex
from typing import Any

import pytest
import typer
import yaml

from carbon_nexus import __version__, cli
from carbon_nexus.settings import Settings, load_settings
from tests.docs.pages import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
INSTALL = "pip install --quiet --disable-pip-version-check"


def steps(kind: str) -> list[str]:
    """The Dockerfile's instructions of one kind, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return [line.removeprefix(f"{kind} ") for line in joined.splitlines() if line.startswith(f"{kind} ")]


def test_libraries_are_installed_as_the_makefile_does() -> None:
    installs = [step.replace(" --no-cache-dir", "") for step in steps("RUN") if "pip install" in step]
    makefile = (ROOT / "Makefile").read_text()
    locked = f"{INSTALL} --require-hashes -r requirements/runtime.txt"
    assert locked in makefile
    assert "--no-deps --editable ." in makefile
    assert [step.partition("-m ")[2] for step in installs] == [locked, f"{INSTALL} --no-deps ."]


def test_what_is_copied_exists_and_is_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = {word for step in steps("COPY") if "--from" not in step for word in shlex.split(step)[:-1]}
    assert sources == let_through
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_runs_an_existing_command_without_rights() -> None:
    assert _is_command(_words(steps("CMD")[-1]))
    assert int(steps("USER")[-1]) > 0
    assert DOCKERFILE.rindex("\nUSER ") < DOCKERFILE.rindex("\nCMD ")
    assert steps("EXPOSE") == [str(Settings.model_fields["api_port"].default)]


def test_the_health_check_asks_health_with_python() -> None:
    (check,) = steps("HEALTHCHECK")
    python, _, program = _words(check.partition("CMD ")[2])
    compile(program, "HEALTHCHECK", "exec")
    assert (python, "/health" in program) == ("python", True)


def test_no_image_floats() -> None:
    bases = [step.split()[0] for step in steps("FROM")]
    images = [service["image"] for service in COMPOSE["services"].values()]
    for image in {*bases, *images}:
        _, _, tag = image.partition(":")
        assert tag, image
        assert tag != "latest", image
    assert len(set(bases)) == 1


def test_compose_has_api_worker_and_database() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"engine", "worker", "postgres"}
    assert services["engine"]["command"] == ["carbon-nexus", "serve", "--no-worker"]
    assert all(_is_command(services[name]["command"]) for name in ("engine", "worker"))
    assert services["postgres"]["image"].startswith("postgres:17")
    assert services["postgres"]["healthcheck"]["test"]
    for name in ("engine", "worker"):
        assert services[name]["image"] == f"carbon-nexus:{__version__}"
        assert services[name]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_no_password_and_no_key_is_checked_in() -> None:
    services = COMPOSE["services"]
    secrets = [services["postgres"]["environment"]["POSTGRES_PASSWORD"], services["engine"]["environment"]["API_KEYS"]]
    secrets += [services[name]["environment"]["PGPASSWORD"] for name in ("engine", "worker")]
    assert all(re.fullmatch(r"\$\{\w+:\?[^}]+\}", secret) for secret in secrets)


def test_the_services_agree_on_the_database() -> None:
    postgres = COMPOSE["services"]["postgres"]["environment"]
    told = f"postgresql://{postgres['POSTGRES_USER']}@postgres:5432/{postgres['POSTGRES_DB']}"
    for name in ("engine", "worker"):
        assert COMPOSE["services"][name]["environment"]["DATABASE_URL"] == told


@pytest.mark.parametrize("name", ["engine", "worker"])
def test_the_settings_are_ours_and_their_defaults_load(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    given = COMPOSE["services"][name]["environment"]
    assert set(given) - {"PGPASSWORD"} <= {field.upper() for field in Settings.model_fields}
    for variable, value in given.items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))
    monkeypatch.setenv("API_KEYS", "0123456789abcdef")
    settings, plain = load_settings(), Settings(_env_file=None, database_url="postgresql://postgres/x")
    for variable in ("threshold_info", "threshold_warn", "threshold_critical", "log_level", "cors_origins"):
        assert getattr(settings, variable) == getattr(plain, variable)


def test_the_api_is_published_on_loopback_only() -> None:
    assert COMPOSE["services"]["engine"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in COMPOSE["services"]["postgres"]


def _words(step: str) -> list[str]:
    words: list[str] = yaml.safe_load(step)
    return words


def _is_command(words: list[str]) -> bool:
    group: Any = typer.main.get_command(cli.app)
    command = group.commands.get(words[1])
    options = {option for parameter in command.params for option in parameter.opts} if command else set()
    return words[0] == "carbon-nexus" and command is not None and set(words[2:]) <= options
