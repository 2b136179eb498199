"""How Alembic reaches the database: over the connection handed in, or as SQL text without one."""

from typing import Any

from alembic import context

from carbon_nexus.db.tables import metadata


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Procrastinate keeps its own tables; they are not part of our metadata."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def _run() -> None:
    if context.is_offline_mode():
        context.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},  # otherwise every % of a function body is doubled
            target_metadata=metadata,
            literal_binds=True,
        )
    else:
        context.configure(
            connection=context.config.attributes["connection"], target_metadata=metadata, include_object=_ours
        )
    with context.begin_transaction():
        context.run_migrations()


_run()
