// What opening a page costs in a real browser with an empty cache, as JSON: transferred bytes, the API calls the page
// makes, and the moments of its start, with the processor as it is and slowed down. benchmarks/dashboard.py reads it.
//
//     node e2e/budget.ts 5 1,4 / /hotspots          runs, slow-downs, addresses; the engine at CARBON_NEXUS_URL
import { argv, env, stdout } from "node:process";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";

const ENGINE = env.CARBON_NEXUS_URL ?? "http://127.0.0.1:8000";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const QUIET_MS = 5_000;
const LONG_MS = 50;
const PATIENCE_MS = 60_000;

interface Moments {
  /** First contentful paint. */
  painted: number;
  /** Heading, navigation and the first panel with its answer. */
  panel: number;
  /** Every panel with its answer. */
  complete: number;
  longTasks: [start: number, duration: number][];
}

interface Opening {
  painted: number;
  /** The latest of first paint, first panel, and the end of the last long task before QUIET_MS without one. */
  interactive: number;
  complete: number;
  /** What long tasks after the first paint took beyond LONG_MS each. */
  blocked: number;
  /** Processor time of the page's main thread; means nothing while slowed down, which keeps it busy. */
  processor: number;
}

interface Transfer {
  path: string;
  bytes: number;
}

async function main([runs, slowDowns, ...addresses]: string[]): Promise<void> {
  const browser = await chromium.launch({ executablePath: env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const found = [];
  for (const address of addresses) {
    const { transfers, calls } = await recorded(browser, address);
    const openings: Record<string, Opening[]> = {};
    // turn about, so that a busy machine slows both
    for (let run = 0; run < Number(runs); run++) {
      for (const rate of slowDowns?.split(",") ?? []) {
        openings[rate] = [...(openings[rate] ?? []), await timed(browser, address, Number(rate))];
      }
    }
    found.push({ address, transfers, calls, openings });
  }
  await browser.close();
  stdout.write(`${JSON.stringify(found)}\n`);
}

/** What is transferred for the page, in bytes with headers as they come, and what it asks the API. */
async function recorded(browser: Browser, address: string) {
  const [page, protocol] = await blank(browser);
  const paths = new Map<string, string>();
  const transfers: Transfer[] = [];
  const calls: string[] = [];
  await protocol.send("Network.enable");
  protocol.on("Network.requestWillBeSent", ({ requestId, request }) => {
    paths.set(requestId, new URL(request.url).pathname);
  });
  protocol.on("Network.responseReceived", ({ response, type }) => {
    const { pathname, search } = new URL(response.url);
    // what there is not, such as words of a language model, is no measure of speed
    if (type === "Fetch" && response.status === 200) calls.push(pathname + search);
  });
  protocol.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    transfers.push({ path: paths.get(requestId) ?? "", bytes: encodedDataLength });
  });
  await moments(page, address);
  await page.context().close();
  return { transfers, calls: [...new Set(calls)].sort() };
}

async function timed(browser: Browser, address: string, slowDown: number): Promise<Opening> {
  const [page, protocol] = await blank(browser);
  await protocol.send("Performance.enable");
  await protocol.send("Emulation.setCPUThrottlingRate", { rate: slowDown });
  const { painted, panel, complete, longTasks } = await moments(page, address);
  const { metrics } = await protocol.send("Performance.getMetrics");
  await page.context().close();
  const after = longTasks.filter(([start, duration]) => start + duration > painted);
  return {
    painted,
    interactive: Math.max(painted, panel, ...after.map(([start, duration]) => start + duration)),
    complete,
    blocked: after.reduce((sum, [, duration]) => sum + duration - LONG_MS, 0),
    processor: 1000 * (metrics.find(({ name }) => name === "ThreadTime")?.value ?? 0),
  };
}

/** A page of a context of its own: nothing is cached. */
async function blank(browser: Browser): Promise<[Page, CDPSession]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return [page, await context.newCDPSession(page)];
}

/** Open the address and wait until all of it is shown and nothing has kept the processor for QUIET_MS. */
async function moments(page: Page, address: string): Promise<Moments> {
  await page.addInitScript(watch);
  await page.goto(`${ENGINE}/app${address}`);
  await page.waitForFunction(
    (quiet) => {
      const { complete, longTasks } = (window as unknown as { moments: Moments }).moments;
      const [start, duration] = longTasks.at(-1) ?? [0, 0];
      return complete > 0 && performance.now() - Math.max(complete, start + duration) > quiet;
    },
    QUIET_MS,
    { polling: 250 },
  );
  return await page.evaluate(() => (window as unknown as { moments: Moments }).moments);
}

/** Runs in the page before anything of its own. */
function watch(): void {
  const seen: Moments = { painted: 0, panel: 0, complete: 0, longTasks: [] };
  Object.assign(window, { moments: seen });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === "first-contentful-paint") seen.painted = startTime;
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.longTasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const page = document.querySelector("h1") && document.querySelector("nav[aria-label=Pages]");
    const panel = document.querySelector("main section[aria-labelledby]:not([aria-busy])");
    if (page && panel && seen.panel === 0) seen.panel = performance.now();
    if (page && panel && !document.querySelector("[aria-busy=true], .skeleton"))
      seen.complete = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

await main(argv.slice(2));
