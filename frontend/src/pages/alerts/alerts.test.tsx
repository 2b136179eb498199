import { configure, screen, waitFor, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";

// a loaded machine takes its time over whole pages
vi.setConfig({ testTimeout: 20_000 });
configure({ asyncUtilTimeout: 5_000 });

const alert = (id: number, over: object = {}) => ({
  id,
  level: "critical",
  message: `Alert of ${id}`,
  hotspot_id: null,
  created_at: "2026-11-26T12:00:00Z",
  acknowledged: false,
  acknowledged_at: null,
  kind: "hotspot",
  rule: "default",
  labels: { entity: `Plant ${id}`, metric: "intensity", severity: "critical" },
  entity: `Plant ${id}`,
  state: "firing",
  state_reason: "it stands out",
  state_since: "2026-11-26T12:00:00Z",
  fired_at: "2026-11-26T12:00:00Z",
  resolved_at: null,
  runbook_url: null,
  acknowledged_by: null,
  assignee: null,
  silenced_by: [],
  inhibited_by: [],
  muted_by: [],
  quiet: false,
  ...over,
});
const event = { id: 9, at: "2026-11-26T12:00:00Z", action: "state", before: null, after: "firing" };
const ANSWERS = {
  "/alerts": [alert(2), alert(1)],
  "/alerts/1": alert(1),
  "/alerts/2": alert(2),
  "/alerts/1/timeline": [{ ...event, reason: "6.9 kg where 3.8 kg is typical", actor: "scan" }],
  "/alerts/2/timeline": [],
  "/alerts/stats": {
    total: 5,
    by_level: {},
    by_state: { firing: 2, resolved: 3 },
    inbox: {
      open: 2,
      firing: 2,
      pending: 0,
      acknowledged: 0,
      recovering: 0,
      no_data: 0,
      silenced: 0,
      resolved: 3,
    },
  },
  "/rules": [{ name: "default" }],
  "/silences": [],
};

it("shows the firing ones, and by keys the alert beside the list with its timeline", async () => {
  const { user, router } = await open("/alerts", ANSWERS);
  expect(await screen.findByText("2 firing and 3 resolved.")).toBeDefined();
  await screen.findByText("Alert of 2");
  await user.keyboard("jj");
  await waitFor(() => expect(router.state.location.search).toEqual({ open: 1 }));
  const timeline = within(await screen.findByRole("region", { name: "Timeline" }));
  expect(await timeline.findByText("6.9 kg where 3.8 kg is typical")).toBeDefined();
  await user.keyboard("k");
  await waitFor(() => expect(router.state.location.search).toEqual({ open: 2 }));
  expect(await screen.findByText("Nothing is on the timeline of this alert.")).toBeDefined();
});

it("moves what is open also where the table has the focus", async () => {
  const { user, router } = await open("/alerts?open=2", ANSWERS);
  (await screen.findByRole("group", { name: "Alerts" })).focus();
  await user.keyboard("j");
  await waitFor(() => expect(router.state.location.search).toEqual({ open: 1 }));
});

it("acknowledges what is selected by x, or else what is open, and tells what could not be", async () => {
  const bodies: unknown[] = [];
  const { user } = await open("/alerts", {
    ...ANSWERS,
    "POST /alerts/acknowledge": async (request: Request) => {
      bodies.push(await request.json());
      return { acknowledged: [2], refused: [{ id: 1, reason: "Alert 1 is resolved." }] };
    },
  });
  await screen.findByText("Alert of 2");
  await user.keyboard("j");
  await screen.findByRole("region", { name: "Alert 2" });
  await user.keyboard("e");
  await waitFor(() => expect(bodies).toEqual([{ ids: [2] }]));
  await user.keyboard("xjx");
  expect(await screen.findByText("2 selected")).toBeDefined();
  await user.keyboard("e");
  await waitFor(() => expect(bodies.at(-1)).toEqual({ ids: [2, 1] }));
  expect((await screen.findAllByText(/1 could not be: Alert 1 is resolved/)).length).toBeGreaterThan(0);
});

it("assigns by a, and shows why nobody is told", async () => {
  let body: unknown;
  const quiet = alert(1, { silenced_by: [4], quiet: true });
  const { user } = await open("/alerts?view=all&open=1", {
    ...ANSWERS,
    "/alerts": [quiet],
    "/alerts/1": quiet,
    "POST /alerts/assign": async (request: Request) => {
      body = await request.json();
      return { assigned: [1], refused: [] };
    },
  });
  expect((await screen.findAllByText("Nobody is told: silenced by silence 4.")).length).toBeGreaterThan(0);
  await user.keyboard("a");
  await user.type(await screen.findByLabelText("Assignee", { selector: "[role=dialog] input" }), "ann");
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Assign" }));
  await waitFor(() => expect(body).toEqual({ ids: [1], assignee: "ann", note: null }));
  expect(await screen.findByText("1 alert assigned.")).toBeDefined();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("assigns several in one request, and keeps the form where the engine refuses it", async () => {
  const down = { detail: "The database does not answer.", code: "unavailable", remedy: "" };
  const { user, asked } = await open("/alerts", {
    ...ANSWERS,
    "POST /alerts/assign": () => refusal(400, down),
  });
  await user.click(await screen.findByLabelText("Select 2"));
  await user.click(screen.getByLabelText("Select 1"));
  await user.keyboard("a");
  const dialog = within(await screen.findByRole("dialog", { name: "Assign 2 alerts" }));
  await user.click(dialog.getByRole("button", { name: "Assign" }));
  expect((await screen.findAllByText("The database does not answer.")).length).toBeGreaterThan(0);
  expect(screen.getByRole("dialog", { name: "Assign 2 alerts" })).toBeDefined();
  const sent = asked.filter(({ method }) => method === "POST");
  expect(sent).toHaveLength(1);
  expect(await sent[0]?.clone().json()).toEqual({ ids: [2, 1], assignee: null, note: null });
});

it("says of when its numbers are, which it began with, and how its hotspot stands now", async () => {
  const message = "Plant 1 exceeded emissions by 9.3%: 1.728 kg CO2e against 1.581 kg typical";
  const two = { hotspot_id: 7, message, state_reason: "1.315 kg CO2e where 1.525 kg is typical" };
  const hotspot = { id: 7, status: "active", metric: "intensity", event_id: 5, peak_at: null };
  const event = { event_id: 5, event_time: "2026-11-26T16:00:00Z", co2e_kg: 10.4, typical_kg: 4 };
  await open("/alerts?open=1", {
    ...ANSWERS,
    "/alerts/1": alert(1, two),
    "/hotspots/7": { ...hotspot, predicted_co2: 10.4, baseline_co2: 4 },
    "/hotspots/7/events": [{ ...event, tier: "T1", filled: false, reason: null }],
  });
  expect(await screen.findByText("Its worst event when its level or state last changed.")).toBeDefined();
  expect(screen.getByText(`${two.state_reason} (the event it began to fire with)`)).toBeDefined();
  const now = within(await screen.findByRole("region", { name: "Its hotspot now" }));
  expect(await now.findByText("Worst and latest event")).toBeDefined();
  expect(now.getByText("measured")).toBeDefined();
  expect(now.getByText(/160 % above/)).toBeDefined();
  expect(now.getByRole("link", { name: "Why: the hotspot" }).getAttribute("href")).toBe("/app/hotspots/7");
});

it("counts each view, narrowed as the list is", async () => {
  const { user, asked } = await open("/alerts", ANSWERS);
  expect(await screen.findByLabelText("Firing 2")).toBeDefined();
  expect(screen.getByLabelText("Pending 0")).toBeDefined();
  expect(screen.getByLabelText("All 5")).toBeDefined();
  await user.selectOptions(screen.getByLabelText("Level"), "critical");
  await waitFor(() => expect(asked.some(({ url }) => url.endsWith("/stats?level=critical"))).toBe(true));
  await user.click(await screen.findByLabelText("Open 2"));
  await waitFor(() => expect(asked.some(({ url }) => url.includes("level=critical&open=true"))).toBe(true));
});

it("silences by s, with what it would hold, and shows the engine's problem at its field", async () => {
  const { user } = await open("/alerts?open=1", {
    ...ANSWERS,
    "POST /silences/preview": { open_alerts: [], open_total: 1, last_7_days: 4 },
    "POST /silences": () =>
      refusal(422, {
        detail: [{ loc: ["body", "reason"], msg: "has to be told" }] as never,
        code: "invalid_input",
        remedy: "",
      }),
  });
  await screen.findByRole("region", { name: "Timeline" });
  await user.keyboard("s");
  const conditions = await screen.findByLabelText("Conditions, one a line");
  expect((conditions as HTMLTextAreaElement).value).toContain("entity = Plant 1");
  expect(await screen.findByText(/Holds 1 open alert; 4 alerts/)).toBeDefined();
  await user.type(screen.getByLabelText("Reason"), " ");
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Silence" }));
  expect(await screen.findByText("has to be told")).toBeDefined();
});

it("comments on the timeline", async () => {
  let body: unknown;
  const { user } = await open("/alerts?open=1", {
    ...ANSWERS,
    "POST /alerts/1/comment": async (request: Request) => {
      body = await request.json();
      return alert(1);
    },
  });
  await user.type(await screen.findByLabelText("Comment"), "valve exchanged");
  await user.click(screen.getByRole("button", { name: "Comment" }));
  await waitFor(() => expect(body).toEqual({ text: "valve exchanged" }));
});

it("carries view and filters in its address, and says what an empty view means", async () => {
  const { user, router, asked } = await open("/alerts?view=pending", { ...ANSWERS, "/alerts": [] });
  expect(await screen.findByText("No alert waits for its condition to hold.")).toBeDefined();
  expect(asked.some(({ url }) => url.includes("state=pending"))).toBe(true);
  await user.type(screen.getByPlaceholderText("Entity"), "Plant 7{Enter}");
  await waitFor(() => expect(router.state.location.search).toEqual({ view: "pending", entity: "Plant 7" }));
  expect(await screen.findByText("No alert of this view meets the filters.")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Clear" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ view: "pending" }));
});

it("ends a silence after asking", async () => {
  const silence = { id: 4, matchers: ["entity = Plant 1"], reason: "new meter", created_by: "local" };
  const times = { state: "active", starts_at: "2026-11-26T12:00:00Z", ends_at: "2026-11-27T12:00:00Z" };
  const { user, asked } = await open("/alerts?view=silenced", {
    ...ANSWERS,
    "/silences": [{ ...silence, ...times }],
    "POST /silences/4/expire": {},
  });
  await user.click(await screen.findByRole("button", { name: "End silence 4" }));
  await user.click(await screen.findByRole("button", { name: "End it now" }));
  await waitFor(() => expect(asked.some(({ url }) => url.endsWith("/silences/4/expire"))).toBe(true));
});

it("holds new alerts back", async () => {
  let alerts = [alert(1)];
  const { user, feed, socket } = await open("/alerts", { ...ANSWERS, "/alerts": () => alerts });
  await screen.findByText("Alert of 1");
  feed.start();
  socket.greet(1);
  alerts = [alert(2), alert(1)];
  socket.change("alerts", 2);
  await user.click(await screen.findByRole("button", { name: "1 new" }, { timeout: 3_000 }));
  expect(await screen.findByText("Alert of 2")).toBeDefined();
});

it("says what failed", async () => {
  const down = { detail: "The database does not answer.", code: "unavailable", remedy: "" };
  await open("/alerts", { ...ANSWERS, "/alerts": () => refusal(400, down) });
  expect(await screen.findByText("Inbox could not be loaded")).toBeDefined();
});
