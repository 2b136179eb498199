"""Settings that are not the default ones, and receivers."""

from collections.abc import Callable

import psycopg
import pytest

from carbon_nexus.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"detection_policy": "adaptive", "threshold_info": 0.9})


@pytest.fixture
def receivers(database_url: str) -> Callable[..., None]:
    """Makes receivers of these names, of the first tenant."""

    def make(*names: str, tenant_id: int = 1) -> None:
        with psycopg.connect(database_url) as connection:
            connection.cursor().executemany(
                "INSERT INTO receivers (tenant_id, name, kind, url) VALUES (%s, %s, 'webhook', 'https://x.example')",
                [(tenant_id, name) for name in names],
            )

    return make
