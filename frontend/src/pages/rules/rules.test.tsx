import { screen, waitFor, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";

// a loaded machine takes its time over whole pages
vi.setConfig({ testTimeout: 20_000 });

const policy = {
  kind: "adaptive",
  info: 1.1,
  warn: 1.25,
  critical: 1.5,
  false_alarms_per_entity_week: 0.1,
  clear_ratio: 1.05,
  keep_firing_for: "24 h",
  min_excess_kg: 0,
};
const rule = (name: string, over: object = {}) => ({
  name,
  kind: "hotspot",
  match: [],
  policy,
  overrides: {},
  for: "0 s",
  keep_firing_for: "0 s",
  group_by: [],
  repeat_interval: "12 h",
  runbook_url: null,
  receivers: [],
  inhibited_by: null,
  budget: null,
  forecast: null,
  min_score: null,
  enabled: true,
  built_in: name === "default",
  created_at: null,
  updated_at: null,
  ...over,
});
const frequency = (episodes: number) => ({
  episodes,
  by_severity: { critical: 1, warn: episodes - 1, info: 0 },
  by_entity: {},
  episodes_per_entity_week: 0.3,
  days: 9,
  days_per_entity_week: 0.2,
  excess_kg: 1200,
  policy,
  marked: { useful: 0, useful_found: 0, recall: null, not_a_problem: 0, opened_again: 0 },
});
const episode = {
  entity: "Steelworks North",
  entity_type: "factory",
  event_type: "factory",
  kind: "sustained",
  severity: "critical",
  opened: "2026-11-17T21:00:00Z",
  ended: null,
  event_count: 11,
  excess_kg: 214,
  ratio: 1.8,
};
const replay = async (request: Request) => {
  const { policy: tried } = await request.json();
  return {
    typical: "seasonal baseline",
    observations: 8675,
    compared: 8515,
    entities: 16,
    reason: null,
    rule: frequency(tried.warn > 1.25 ? 20 : 40),
    in_force: frequency(3),
    original: frequency(47),
    episodes: [episode],
  };
};
const ANSWERS = {
  "/rules": [rule("default"), rule("plants", { match: ["entity_type = factory", "entity ~ plant-*"] })],
  "/receivers": [{ name: "operations" }],
  "POST /rules/preview": {
    count: 1,
    subjects: [
      { entity: "Steelworks North", entity_type: "factory", event_type: "factory", metric: "absolute" },
    ],
  },
  "POST /hotspots/backtest": replay,
};

it("lists the rules, and opens one as a form with whom it would govern", async () => {
  const { user, router } = await open("/rules", ANSWERS);
  await user.click(await screen.findByText("plants"));
  await waitFor(() => expect(router.state.location.search).toEqual({ open: "plants" }));
  const box = within(await screen.findByRole("region", { name: "Rule plants" }));
  expect(((await box.findByLabelText(/^Watches/)) as HTMLTextAreaElement).value).toContain(
    "entity ~ plant-*",
  );
  expect(await box.findByText("It would govern 1 series:")).toBeDefined();
  expect((box.getByRole("button", { name: "Store" }) as HTMLButtonElement).disabled).toBe(true);
});

it("stores what was changed, with the engine's problem at its field", async () => {
  const bodies: Record<string, unknown>[] = [];
  const { user } = await open("/rules?open=plants", {
    ...ANSWERS,
    "PUT /rules/plants": async (request: Request) => {
      bodies.push(await request.json());
      const detail = [{ loc: ["body", "for"], msg: "for '5 m' is the metre" }];
      return bodies.length === 1
        ? refusal(422, { detail, code: "invalid_input", remedy: "Nothing was stored." })
        : rule("plants", { for: "30 min" });
    },
  });
  const wait = await screen.findByLabelText("For");
  await user.clear(wait);
  await user.type(wait, "5 m");
  await user.click(screen.getByRole("button", { name: "Store" }));
  await waitFor(() => expect(wait.getAttribute("aria-invalid")).toBe("true"));
  await user.clear(wait);
  await user.type(wait, "30 min");
  await user.click(screen.getByRole("button", { name: "Store" }));
  expect(await screen.findByText("Rule plants is stored.")).toBeDefined();
  expect(bodies[1]).toMatchObject({ for: "30 min", match: ["entity_type = factory", "entity ~ plant-*"] });
});

it("makes a new rule of another kind", async () => {
  let body: unknown;
  const { user, router } = await open("/rules?making=true", {
    ...ANSWERS,
    "PUT /rules/fleet": async (request: Request) => {
      body = await request.json();
      return rule("fleet", { kind: "budget", budget: { amount_kg: 5000, period: "month", warn_share: 0.8 } });
    },
  });
  await user.type(await screen.findByLabelText("Name"), "fleet");
  await user.selectOptions(screen.getByLabelText("Kind"), "budget");
  await user.type(screen.getByLabelText("Amount, kg CO2e"), "5000");
  await user.click(screen.getByRole("button", { name: "Store" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ open: "fleet" }));
  expect(body).toMatchObject({ kind: "budget", budget: { amount_kg: 5000 } });
});

it("deletes after asking; the built-in one cannot be", async () => {
  const { user, asked, router } = await open("/rules?open=plants", {
    ...ANSWERS,
    "DELETE /rules/plants": {},
  });
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Delete it" }));
  await waitFor(() => expect(router.state.location.searchStr).toBe(""));
  expect(asked.some(({ method }) => method === "DELETE")).toBe(true);
  await user.click(screen.getByText("default"));
  await screen.findByRole("region", { name: "Rule default" });
  expect(screen.queryByRole("button", { name: "Delete" })).toBeNull();
});

it("replays a policy as the slider moves, beside the rule as it is stored", async () => {
  const { user, router } = await open("/rules?tab=backtest", ANSWERS);
  expect(await screen.findByText("40 episodes, as many as with the rule as it is stored.")).toBeDefined();
  expect(await screen.findByText("Steelworks North")).toBeDefined();
  screen.getByRole("slider", { name: "Warn from" }).focus();
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(router.state.location.search).toEqual({ tab: "backtest", warn: 1.3 }));
  expect(
    await screen.findByText(
      "20 episodes, 20 fewer than with the rule as it is stored (50 % less).",
      undefined,
      {
        timeout: 3_000,
      },
    ),
  ).toBeDefined();
});

it("stores the tried policy in the rule after asking, and is as stored from then on", async () => {
  let body: unknown;
  const { user, router } = await open("/rules?tab=backtest&warn=1.4", {
    ...ANSWERS,
    "PUT /rules/default": async (request: Request) => {
      body = await request.json();
      return rule("default");
    },
  });
  await user.click(await screen.findByRole("button", { name: "Store in default" }));
  await user.click(await screen.findByRole("button", { name: "Change it" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ tab: "backtest" }));
  expect(body).toMatchObject({ kind: "hotspot", policy: { warn: 1.4, critical: 1.5 } });
});

it("replays what the rule watches, and says what of it is left out", async () => {
  const bodies: unknown[] = [];
  const overrides = { "plant-7": { critical: 2 } };
  const match = ["entity_type = factory", "entity ~ plant-*"];
  await open("/rules?tab=backtest&open=plants", {
    ...ANSWERS,
    "/rules": [rule("default"), rule("plants", { match, overrides })],
    "POST /hotspots/backtest": async (request: Request) => {
      bodies.push(await request.clone().json());
      return replay(request);
    },
  });
  expect(await screen.findByText(/policies that this rule has for plant-7 are left out/)).toBeDefined();
  expect(bodies[0]).toMatchObject({ match, metric: "intensity", last: "90 d" });
});

it("says why nothing can be replayed", async () => {
  const nobody = async (request: Request) => ({
    ...(await replay(request)),
    reason: "nobody chosen reported in that time",
    episodes: [],
  });
  await open("/rules?tab=backtest&entity=nope", { ...ANSWERS, "POST /hotspots/backtest": nobody });
  expect(await screen.findByText(/nobody chosen reported in that time/)).toBeDefined();
});

it("says what failed", async () => {
  const down = { detail: "The database does not answer.", code: "unavailable", remedy: "" };
  await open("/rules?tab=backtest", { ...ANSWERS, "/rules": () => refusal(400, down) });
  expect(await screen.findByText("Backtest could not be loaded")).toBeDefined();
});
