"""What an engine runs with, as far as everybody who may ask it may know: no key, no password, no part of one."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, Field, SecretStr

from carbon_nexus import __version__
from carbon_nexus.live.model import KEPT
from carbon_nexus.settings import SECRET, Settings

Value = bool | int | float | str | list[str] | None


class Setting(BaseModel):
    """One setting, by the environment variable that sets it."""

    variable: str = Field(description="Environment variable, such as GRID_REGION")
    value: Value = Field(description="In force; null: nothing is set, or the value is secret. Addresses without logins")
    is_set: bool = Field(description="Somebody set it; false: it is the default")
    secret: bool = Field(description="Its value is not told, only whether it is set")
    about: str = Field(description="What it does, and what empty means")


class Database(BaseModel):
    """Where everything is stored."""

    kind: Literal["embedded", "own"] = Field(description="embedded: started and kept by the engine; own: DATABASE_URL")
    version: str = Field(description="Of PostgreSQL, as it says itself")
    host: str | None = Field(description="null: embedded, or found by the system's own ways")
    port: int | None
    name: str | None = Field(description="null: embedded, or by the system's own ways")


class EngineSettings(BaseModel):
    """What the engine runs with, and who is asking."""

    version: str = Field(description="Of Carbon Nexus")
    database: Database
    live_by: Literal["postgresql", "redis"] = Field(description="What wakes the live feed of every process")
    live_kept_hours: float = Field(
        description="How far back the live feed tells what was missed; events, estimates and the audit trail stay"
    )
    keys_needed: bool = Field(description="Whether requests need a key")
    actor: str = Field(description="Who is asking, as the audit trail names them; `local` where no keys are needed")
    settings: list[Setting] = Field(description="Every setting, in the order of .env.example")


def told(settings: Settings, postgres_version: str, actor: str) -> EngineSettings:
    """The whole answer for this caller; `postgres_version` is what the server says of itself."""
    return EngineSettings(
        version=__version__,
        database=_database(settings.database_url, postgres_version),
        live_by="redis" if settings.redis_url else "postgresql",
        live_kept_hours=KEPT.total_seconds() / 3600,
        keys_needed=bool(settings.api_keys),
        actor=actor,
        settings=list(_each(settings)),
    )


def _database(url: str | None, version: str) -> Database:
    if url is None:
        return Database(kind="embedded", version=version, host=None, port=None, name=None)
    parts = conninfo_to_dict(url)
    host, port, name = (parts.get(key) for key in ("host", "port", "dbname"))
    # of several hosts there are several ports, and no one number is the port
    one_port = int(port) if port and str(port).isdecimal() else None
    return Database(kind="own", version=version, host=host and str(host), port=one_port, name=name and str(name))


def _each(settings: Settings) -> Iterator[Setting]:
    for field, facts in Settings.model_fields.items():
        variable = field.upper()
        yield Setting(
            variable=variable,
            value=None if variable in SECRET else _shown(getattr(settings, field)),
            is_set=field in settings.model_fields_set,
            secret=variable in SECRET,
            about=facts.description or "",
        )


def _shown(value: object) -> Value:
    """As it is told. What is wrapped as secret stays so, even where nobody thought of listing it in SECRET."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [] if any(isinstance(each, SecretStr) for each in value) else [_address(str(each)) for each in value]
    return None if isinstance(value, SecretStr) else _address(str(value))


def _address(text: str) -> str:
    """An address without login, query and fragment, which may hold keys; any other text as it is."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
