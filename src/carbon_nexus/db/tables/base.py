"""Shared pieces of the schema: metadata, tenants, timers, column makers."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    text,
)

DEFAULT_TENANT_ID = 1

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    """A bigint key the database hands out."""
    return Column("id", BigInteger, Identity(always=False), primary_key=True)


def tenant_column() -> Column[int]:
    """Whose row it is; rows written by other programs without it belong to the default tenant."""
    return Column("tenant_id", Integer, nullable=False, server_default=text(str(DEFAULT_TENANT_ID)))


def moment(name: str, *, nullable: bool = True, now: bool = False, **more: Any) -> Column[Any]:
    """A timestamp with time zone; `now` fills it in with the transaction's time."""
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable and not now, server_default=default, **more)


def amount(name: str) -> Column[float]:
    """A measured or computed quantity; its unit stands in the name or beside the original's name in the docs."""
    return Column(name, Double)


tenants = Table(
    "tenants",
    metadata,
    Column("id", Integer, Identity(always=False), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    moment("created_at", now=True),
)

timers = Table(
    "timers",
    metadata,
    Column("name", Text, primary_key=True, comment="which timer"),
    moment("last_run_at", nullable=False, comment="when one process last claimed a tick"),
)
