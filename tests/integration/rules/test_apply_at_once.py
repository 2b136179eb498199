"""Two who apply at once: one set comes after the other as a whole."""

import asyncio
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.rules import service
from carbon_nexus.rules.defaults import Defaults, default_rule
from carbon_nexus.rules.model import PolicyKind
from carbon_nexus.rules.plan import Plan
from carbon_nexus.rules.reading import read_all

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
RATIOS = (0.8, 1.0, 1.5)
DEFAULTS = Defaults(default_rule(PolicyKind.ADAPTIVE, RATIOS, 0.1), RATIOS)


async def test_of_two_sets_at_once_one_stands_in_the_end_and_each_knew_the_other(
    engine: AsyncEngine, now: datetime
) -> None:
    sets = [[f"left-{each}" for each in range(20)], [f"right-{each}" for each in range(20)]]

    async def bring(wanted: list[str]) -> Plan:
        specs = read_all(
            [{"name": name} for name in wanted] + [{"name": "both", "for": f"{len(wanted[0])} h"}], DEFAULTS
        )
        async with engine.begin() as connection:
            return await service.apply(connection, 1, specs, "me", now, prune=True)

    for _ in range(3):
        plans = await asyncio.gather(*map(bring, sets))
        async with engine.connect() as connection:
            loaded = await service.load(connection, 1, DEFAULTS.rule)
        stand = {rule.name for rule in loaded} - {"both", "default"}
        (last,) = [index for index, names in enumerate(sets) if stand == set(names)]
        assert {each["name"] for each in plans[last].removed} == set(sets[1 - last])


async def test_the_second_waits_for_the_first(engine: AsyncEngine, now: datetime) -> None:
    (first,), (second,) = (read_all([{"name": "a", "for": told}], DEFAULTS) for told in ("1 h", "2 h"))

    async def replace() -> Plan:
        async with engine.begin() as connection:
            return await service.apply(connection, 1, [second], "me", now)

    async with engine.begin() as connection:
        await service.apply(connection, 1, [first], "you", now)
        waiting = asyncio.create_task(replace())
        while not waiting.done() and not await connection.scalar(text(WAITING)):
            pass
        assert not waiting.done()
    assert (await waiting).differences() == {"a": {"for": {"before": "1 h", "after": "2 h"}}}
