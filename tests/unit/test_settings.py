"""Settings: the original's names and defaults, errors that name variable, problem and example; .env.example is true."""

import re
from pathlib import Path

import pytest

from carbon_nexus.errors import StartRefused
from carbon_nexus.settings import EXAMPLES, Settings, load_settings, refuse_open_door

ENV_EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in EXAMPLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("SUPABASE_SERVICE_KEY", raising=False)
    monkeypatch.chdir(tmp_path)  # no .env of the developer's


def test_defaults_are_the_originals() -> None:
    settings = load_settings()
    assert (settings.threshold_info, settings.threshold_warn, settings.threshold_critical) == (0.8, 1.0, 1.5)
    assert (settings.hotspot_check_interval, settings.baseline_recalc_interval) == (300, 3600)
    assert (settings.api_host, settings.api_port, settings.log_level) == ("127.0.0.1", 8000, "INFO")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("API_PORT", "99999", "less than or equal to 65535"),
        ("API_PORT", "eight", "valid integer"),
        ("THRESHOLD_INFO", "-1", "greater than 0"),
        ("THRESHOLD_WARN", "inf", "less than or equal to 1000"),
        ("HOTSPOT_CHECK_INTERVAL", "0", "greater than or equal to 1"),
        ("LOG_LEVEL", "LOUD", "'DEBUG'"),
        ("DATABASE_URL", "mysql://localhost/db", "postgresql"),
        ("DATABASE_URL", "postgresql://host:notaport:1/db?x", "PostgreSQL understands"),
        ("ML_ENGINE_URL", "localhost:8001", "http://"),
        ("ML_ENGINE_URL", "https://", "name a host"),
        ("ML_ENGINE_URL", "http://[::1", "Invalid IPv6 URL"),
        ("API_KEYS", "short", "16 characters"),
    ],
)
def test_a_bad_value_is_one_line_with_variable_problem_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartRefused) as refusal:
        load_settings()
    assert refusal.value.detail.startswith(name)
    assert said in refusal.value.detail
    assert refusal.value.remedy == f"Example: {name}={EXAMPLES[name]}"
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("API_KEYS", "hunter2"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("DATABASE_URL", "postgresql://u:p@hunter2@h/d"),
        ("AUDIT_ANCHOR", "http://h/?token=hunter2"),
    ],
)
def test_a_bad_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, secret: str) -> None:
    monkeypatch.setenv(name, secret)
    with pytest.raises(StartRefused) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@h:5432/d", "postgres://u@h/d?sslmode=require", "postgresql://u@/d?host=/run/somewhere"]
)
def test_tcp_and_socket_databases_are_accepted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load_settings().database_url == url


@pytest.mark.parametrize("anchor", ["anchors.ndjson", "/", "http://h/x", "https://", "s3://bucket/x", "file:///x"])
def test_an_anchor_is_a_whole_path_or_https(monkeypatch: pytest.MonkeyPatch, anchor: str) -> None:
    monkeypatch.setenv("AUDIT_ANCHOR", anchor)
    with pytest.raises(StartRefused, match=r"AUDIT_ANCHOR: must be the whole path of a file, or start with https://"):
        load_settings()
    for good in ("/mnt/worm/anchors.ndjson", "https://anchors.example.com/carbon?key=x"):
        monkeypatch.setenv("AUDIT_ANCHOR", good)
        assert load_settings().audit_anchor == good


def test_falling_thresholds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_WARN", "2")
    with pytest.raises(StartRefused, match="must not fall"):
        load_settings()


def test_supabase_url_alone_is_refused_and_says_what_to_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://abcdefgh.supabase.co")
    with pytest.raises(StartRefused, match=r"connection string .* project abcdefgh") as refusal:
        load_settings()
    assert "DATABASE_URL" in refusal.value.remedy


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_listening_beyond_this_machine_needs_a_key(host: str) -> None:
    with pytest.raises(StartRefused, match="API_KEYS"):
        refuse_open_door(load_settings(api_host=host))
    refuse_open_door(load_settings(api_host=host, api_keys="0123456789abcdef"))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.5.5.5"])
def test_loopback_needs_none(host: str) -> None:
    refuse_open_door(load_settings(api_host=host))


def test_the_example_file_names_every_setting_and_only_those() -> None:
    named = set(re.findall(r"^#?\s?([A-Z_]+)=", ENV_EXAMPLE.read_text(), flags=re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_the_example_file_shows_the_defaults_and_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = dict(re.findall(r"^# ?([A-Z_]+)=(.+)$", ENV_EXAMPLE.read_text(), flags=re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, (int, float, str)) and not isinstance(field.default, bool):
            assert shown[name.upper()] == str(field.default), name


def test_every_setting_has_a_description_and_an_example_for_its_error() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert name.upper() in EXAMPLES or name == "supabase_service_key"
