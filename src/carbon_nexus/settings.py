"""Every setting, from the environment or a `.env` file, under the original's names; wrong values fail at start."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from carbon_nexus.errors import StartRefused

EXAMPLES = {
    "DATABASE_URL": "postgresql://user:password@db.example.com:5432/postgres",
    "SUPABASE_URL": "https://abcdefgh.supabase.co",
    "ML_ENGINE_URL": "http://localhost:8001",
    "ML_ENGINE_KEY": "a-long-random-string",
    "DATA_CORE_URL": "http://localhost:8002",
    "RAG_SERVICE_URL": "http://localhost:4000",
    "LLM_MODEL": "gemini:gemini-2.5-flash",
    "LLM_URL": "http://localhost:11434/v1",
    "LLM_API_KEY": "the-key-of-your-provider",
    "EMBEDDING_MODEL": "local",
    "EMBEDDING_URL": "http://localhost:11434/v1",
    "EMBEDDING_API_KEY": "the-key-of-your-provider",
    "APPROVAL_FOUR_EYES": "false",
    "AUDIT_ANCHOR": "/mnt/worm/carbon-nexus-anchors.ndjson",
    "FACTOR_SET": "desnz-2025.2",
    "GRID_REGION": "GB",
    "REDIS_URL": "redis://localhost:6379/0",
    "API_HOST": "127.0.0.1",
    "API_PORT": "8000",
    "API_KEYS": "a-long-random-string,another-one",
    "CORS_ORIGINS": "http://localhost:3000",
    "DETECTION_POLICY": "adaptive",
    "FALSE_ALARMS_PER_ENTITY_WEEK": "0.1",
    "THRESHOLD_INFO": "0.8",
    "THRESHOLD_WARN": "1.0",
    "THRESHOLD_CRITICAL": "1.5",
    "WEBHOOK_ALLOW_PRIVATE": "false",
    "HOTSPOT_CHECK_INTERVAL": "300",
    "BASELINE_RECALC_INTERVAL": "3600",
    "LOG_LEVEL": "INFO",
    "LOG_JSON": "false",
    "CARBON_NEXUS_DATA_DIR": "/var/lib/carbon-nexus",
    "CARBON_NEXUS_PG_BINDIR": "/usr/lib/postgresql/17/bin",
}
SHORTEST_KEY = 16
KEYS = {"API_KEYS", "EMBEDDING_API_KEY", "LLM_API_KEY", "ML_ENGINE_KEY", "SUPABASE_SERVICE_KEY"}
SECRET = KEYS | {"AUDIT_ANCHOR", "DATABASE_URL", "REDIS_URL"}  # whose value no message repeats


def default_data_dir() -> Path:
    """Where the embedded database lives: the user's data directory; for root one that other users may enter."""
    if os.geteuid() == 0:  # the server runs as nobody, who cannot enter /root
        return Path("/var/lib/carbon-nexus")
    return Path(platformdirs.user_data_dir("carbon-nexus"))


class Settings(BaseSettings):
    """All settings of a process; the description of each is its documentation (`.env.example` is held to it)."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=False
    )

    database_url: str | None = Field(
        None, description="Any PostgreSQL 15 to 18; empty: the embedded one under CARBON_NEXUS_DATA_DIR."
    )
    supabase_url: str | None = Field(
        None, description="The original's project URL; only used to tell which DATABASE_URL belongs to it."
    )
    supabase_service_key: SecretStr | None = Field(
        None, description="The original's service key; read so that an old .env is accepted, not used."
    )
    ml_engine_url: str | None = Field(None, description="A separate ML Engine; empty: the embedded estimator.")
    ml_engine_key: SecretStr | None = Field(
        None, description="Bearer key for ML_ENGINE_URL; one of ours that is not on this machine asks for one."
    )
    data_core_url: str | None = Field(
        None, description="A separate Data Core that writes into the same database; checked by `doctor`, never called."
    )
    rag_service_url: str | None = Field(None, description="A separate RAG service; empty: the embedded one.")
    llm_model: str | None = Field(
        None, description="Language model as provider:name, of gemini, openai or ollama; empty: none is used."
    )
    llm_url: str | None = Field(None, description="OpenAI-compatible address of LLM_MODEL; empty: its provider's own.")
    llm_api_key: SecretStr | None = Field(None, description="Key for LLM_MODEL.")
    embedding_model: str | None = Field(
        None, description="Model that adds meaning to search: local, or a name at EMBEDDING_URL; empty: words only."
    )
    embedding_url: str | None = Field(None, description="OpenAI-compatible address of EMBEDDING_MODEL.")
    embedding_api_key: SecretStr | None = Field(None, description="Key for EMBEDDING_URL.")
    approval_four_eyes: bool = Field(False, description="Whoever proposed a recommendation may not approve it.")
    audit_anchor: str | None = Field(
        None, description="File, or https:// address, that is told the newest hash of the audit trail every hour."
    )
    factor_set: str = Field(
        "desnz-2025.2", description="Emission factors to estimate with; `carbon-nexus factors diff` compares sets."
    )
    grid_region: str = Field(
        "GB", description="Grid of electricity whose entity names none: GB, GB-hourly, DE, US, US-RFCW, EM-SE ..."
    )
    redis_url: str | None = Field(
        None, description="Redis that wakes the live feed of every process; empty: PostgreSQL does."
    )
    api_host: str = Field("127.0.0.1", description="Address to listen on; any but loopback needs API_KEYS.")
    api_port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    api_keys: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list,
        description="Bearer keys, comma separated, at least 16 characters each; checked on all but /health and /app.",
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: ["http://localhost:3000"],
        description="Origins of web pages that may call the API, comma separated.",
    )
    detection_policy: Literal["adaptive", "ratio"] = Field(
        "adaptive",
        description="What stands out where no rule says otherwise: adaptive, or ratio as in the original.",
    )
    false_alarms_per_entity_week: float = Field(
        0.1, ge=0.001, le=10, description="Days with a false alarm that adaptive allows an entity in a week."
    )
    threshold_info: float = Field(
        0.8, gt=0, le=1000, description="Actual / typical from which the policy ratio says info."
    )
    threshold_warn: float = Field(
        1.0, gt=0, le=1000, description="Actual / typical from which the policy ratio says warn."
    )
    threshold_critical: float = Field(
        1.5, gt=0, le=1000, description="Actual / typical from which the policy ratio says critical."
    )
    webhook_allow_private: bool = Field(
        False, description="Allow webhooks to http:// and to addresses that are not public, such as your own network."
    )
    hotspot_check_interval: int = Field(300, ge=1, le=86_400, description="Seconds between scans by the timer.")
    baseline_recalc_interval: int = Field(
        3600, ge=1, le=604_800, description="Seconds between recalculations of all baselines."
    )
    log_level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe level that is logged: TRACE, DEBUG, INFO, WARNING or ERROR."
    )
    log_json: bool = Field(False, description="Log lines as JSON.")
    carbon_nexus_data_dir: Path = Field(
        default_factory=default_data_dir, description="Directory of the embedded database and the log file."
    )
    carbon_nexus_pg_bindir: Path | None = Field(
        None, description="bin directory of another PostgreSQL build for the embedded database."
    )

    @field_validator("api_keys", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("api_keys")
    @classmethod
    def _long_enough(cls, keys: list[SecretStr]) -> list[SecretStr]:
        if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
            raise ValueError(f"every key needs at least {SHORTEST_KEY} characters")
        return keys

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return {"WARN": "WARNING"}.get(value.upper(), value.upper()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://")
        try:
            parts = conninfo_to_dict(value or "")
        except ProgrammingError:
            raise ValueError("is not a connection string that PostgreSQL understands") from None
        if "@" in str(parts.get("host", "")):  # the rest of the password would stand in every error about the host
            raise ValueError("has an @ in its password, which must be written as %40")
        return value

    @field_validator("supabase_url", "ml_engine_url", "data_core_url", "rag_service_url", "llm_url", "embedding_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("must start with http:// or https:// and name a host")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("redis://", "rediss://")) and urlsplit(value).hostname):
            raise ValueError("must start with redis:// or rediss:// and name a host")
        return value

    @field_validator("audit_anchor")
    @classmethod
    def _is_file_or_https(cls, value: str | None) -> str | None:
        if value is None or (value.startswith("https://") and urlsplit(value).hostname):
            return value
        if "://" in value or not Path(value).is_absolute() or Path(value).is_dir():
            raise ValueError("must be the whole path of a file, or start with https:// and name a host")
        return value

    @model_validator(mode="after")
    def _thresholds_rise(self) -> Self:
        if not self.threshold_info <= self.threshold_warn <= self.threshold_critical:
            raise ValueError(
                f"THRESHOLD_INFO {self.threshold_info}, THRESHOLD_WARN {self.threshold_warn} and "
                f"THRESHOLD_CRITICAL {self.threshold_critical} must not fall"
            )
        return self

    @property
    def listens_on_loopback(self) -> bool:
        """Whether only this machine can reach the API."""
        if self.api_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.api_host).is_loopback
        except ValueError:
            return False

    @property
    def log_file(self) -> Path:
        """The rotating log file."""
        return self.carbon_nexus_data_dir / "logs" / "carbon-nexus.log"


def load_settings(**overrides: Any) -> Settings:
    """Settings of this process; `overrides` (by field name) win over the environment.

    Raises StartRefused, in one line that names the variable, what is wrong with its value, and an example.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as problem:
        raise _refusal(problem) from None
    _refuse_supabase_without_database(settings)
    return settings


def refuse_open_door(settings: Settings) -> None:
    """Raises StartRefused when the API would listen beyond this machine without a key."""
    if not settings.listens_on_loopback and not settings.api_keys:
        raise StartRefused(
            f"API_HOST is {settings.api_host!r}, reachable from other machines, and API_KEYS is empty.",
            "Set API_KEYS to at least one random string of 16 characters or more, or API_HOST=127.0.0.1.",
        )


def _refuse_supabase_without_database(settings: Settings) -> None:
    if settings.supabase_url and not settings.database_url:
        project = settings.supabase_url.split("//", 1)[1].split(".", 1)[0]
        raise StartRefused(
            f"SUPABASE_URL is set ({settings.supabase_url}) but DATABASE_URL is not.",
            "Copy the connection string from the Supabase dashboard (Connect > Connection string > Transaction or "
            f"Session pooler of project {project}) and set DATABASE_URL to it.",
        )


def _refusal(problem: ValidationError) -> StartRefused:
    first = problem.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:  # a rule about several settings names them itself
        examples = (f"{name}={EXAMPLES[name]}" for name in EXAMPLES if name in message)
        return StartRefused(f"{message}.", f"Example: {' '.join(examples)}")
    name = str(first["loc"][0]).upper()
    shown = "" if name in SECRET else f" ({first['input']!s})"
    return StartRefused(f"{name}{shown}: {message}.", f"Example: {name}={EXAMPLES[name]}")
