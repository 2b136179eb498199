import asyncio, os, signal, subprocess, sys, time
from tests.integration.notifications.conftest import *
from .listening import *
CODE = '''
import asyncio, sys
from datetime import timedelta
from carbon_nexus.db.engine import *
from carbon_nexus.kit.jobs import *
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.notifications import jobs as n
from carbon_nexus.notifications.service import DELIVERIES
from carbon_nexus.rules.model import Rule, RuleKind
async def main():
    url=sys.argv[1]; engine=make_engine(url); app=make_worker_app(conninfo(url))
    n.register(app, engine, Rule("default", RuleKind.HOTSPOT, receivers=("ops",)), utc_now, allow_private=True)
    async with app.open_async():
        async def again():
            while True:
                await asyncio.sleep(3); print("stalled", await retry_stalled(app), flush=True)
        t=asyncio.create_task(again())
        await asyncio.gather(run_worker(app), run_worker(app, queues=[DELIVERIES], concurrency=n.AT_ONCE))
asyncio.run(main())
'''
async def test_kill(watch, database_url):
    with listening(None, Answer(500), Answer(200)) as s:
        await watch.receiver(s.url); await watch.alert()
        async with watch.engine.begin() as c:
            from carbon_nexus.kit.jobs import defer_once
            await defer_once(c, "notify", "1", tenant_id=1)
        p = subprocess.Popen([sys.executable, "-c", CODE, database_url])
        assert await asyncio.to_thread(s.called.wait, 30)
        os.kill(p.pid, signal.SIGKILL); p.wait(); print("killed", await watch.log())
        p = subprocess.Popen([sys.executable, "-c", CODE, database_url])
        for _ in range(80):
            await asyncio.sleep(1)
            log = await watch.log()
            if log[0][1] == "delivered": break
        print(log, len(s.calls), {c.headers["webhook-id"] for c in s.calls})
        p.terminate(); p.wait()
