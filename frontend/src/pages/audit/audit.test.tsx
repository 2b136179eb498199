import { configure, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { keepKey } from "@/api/key";
import { open, refusal } from "@/testing/render";
import { titleOf } from "./BeforeAfter";
import { summary, whatOf } from "./columns";
import { exportPath } from "./exporting";
import { askedOf, type Entry, isFiltered, pageOf } from "./filters";

// a busy machine takes its time
vi.setConfig({ testTimeout: 20_000 });
configure({ asyncUtilTimeout: 5_000 });

const NONE = { action: "", kind: "", thing: "", actor: "", since: "", until: "" };
const entry = (id: number, over: Partial<Entry> = {}): Entry => ({
  id,
  timestamp: "2026-11-26T10:00:00Z",
  user_id: "ann",
  action: "rule.replaced",
  entity_type: "rule",
  entity_id: "plants",
  notes: null,
  metadata: {},
  before: { enabled: true, name: "plants" },
  after: { enabled: false, name: "plants" },
  position: id,
  hash: "5d41",
  ...over,
});
const INTACT = { intact: true, entries: 2, head: { position: 2, hash: "abc" }, broken: null };
const ENTRIES = [entry(2), entry(1, { action: "recommendation.approved", notes: "decided" })];
const ANSWERS = {
  "/audit/verify": INTACT,
  "/audit": ENTRIES,
  "/audit/2": ENTRIES[0],
};

describe("what is asked of the trail", () => {
  it("counts both days, and leaves out what is no day", () => {
    expect(askedOf({ ...NONE, kind: "rule", since: "2026-11-01", until: "2026-11-30" })).toEqual({
      entity_type: "rule",
      since: "2026-11-01T00:00:00.000Z",
      until: "2026-12-01T00:00:00.000Z",
    });
    expect(isFiltered({ ...NONE, since: "yesterday", until: "2026-13-45" })).toBe(false);
  });

  it("is the same of its export", () => {
    expect(exportPath({ actor: "key-1 a" }, "csv")).toBe("/audit/export?format=csv&actor=key-1+a");
  });
});

describe("an entry in words", () => {
  it("is its reason, else what changed; of what is new nothing is summed up", () => {
    expect(summary(entry(1, { notes: "because" }))).toBe("because");
    expect(summary(entry(1))).toBe("Enabled: yes → no");
    expect(summary(entry(1, { metadata: { reason: "it stands out" } }))).toBe("it stands out");
    expect(summary(entry(1, { before: null }))).toBeNull();
    expect(whatOf(entry(1))).toBe("Replaced");
    expect(whatOf({ action: "events.ingested", entity_type: "event" })).toBe("Ingested");
    expect(whatOf({ action: "recommendation.none", entity_type: "hotspot" })).toBe("Recommendation: none");
    expect([titleOf(null, {}), titleOf({}, null), titleOf({}, {})]).toEqual([
      "It is new",
      "It is gone",
      "What changed",
    ]);
  });

  it("leads to the page of its thing, where there is one", () => {
    expect(pageOf({ entity_type: "hotspot", entity_id: "5" })).toEqual({ kind: "hotspot", id: 5 });
    expect(pageOf({ entity_type: "rule", entity_id: "plants" })).toBeNull();
    expect(pageOf({ entity_type: "alert", entity_id: "5" })).toEqual({ kind: "alert", id: 5 });
    expect(pageOf({ entity_type: "document", entity_id: "5" })).toBeNull();
  });
});

describe("the page", () => {
  it("shows whether the chain holds, and where it ends", async () => {
    await open("/audit", ANSWERS);
    const chain = within(await screen.findByRole("region", { name: "Chain" }));
    expect(await chain.findByText("intact")).toBeDefined();
    expect(chain.getByText("abc")).toBeDefined();
  });

  it("names the first broken place and opens its entry", async () => {
    const broken = {
      problem: "altered_entry",
      position: 2,
      audit_id: 2,
      action: "rule.replaced",
      detail: "Not as hashed.",
    };
    const { user, router } = await open("/audit", {
      ...ANSWERS,
      "/audit/verify": { ...INTACT, intact: false, broken },
    });
    expect(
      await screen.findByText("First broken place: altered entry at position 2 (rule.replaced)"),
    ).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Entry 2" }));
    expect(router.state.location.search).toEqual({ open: 2 });
    const table = within(await screen.findByRole("region", { name: "Entry 2" }));
    expect(await table.findByRole("row", { name: "Enabled yes no" })).toBeDefined();
  });

  it("carries its filters in the address, and the export has them too", async () => {
    const { user, router, asked } = await open("/audit?kind=rule", ANSWERS);
    await screen.findByText("Replaced");
    expect(asked.some(({ url }) => url.includes("entity_type=rule"))).toBe(true);
    expect(screen.getByRole("link", { name: "CSV" }).getAttribute("href")).toBe(
      "/audit/export?format=csv&entity_type=rule",
    );
    await user.click(screen.getByLabelText("By whom"));
    await user.paste("ann");
    await user.keyboard("{Enter}");
    expect(router.state.location.search).toEqual({ kind: "rule", actor: "ann" });
    await user.click(await screen.findByRole("button", { name: "Clear filters" }));
    expect(router.state.location.searchStr).toBe("");
  });

  it("exports with the key where there is one, and says what went wrong", async () => {
    keepKey("secret");
    const no = { detail: "Not yours to read.", code: "forbidden", remedy: "" };
    const { user, asked } = await open("/audit", { ...ANSWERS, "/audit/export": () => refusal(403, no) });
    await user.click(await screen.findByRole("button", { name: "NDJSON" }));
    expect(await screen.findByText("Not yours to read.")).toBeDefined();
    const sent = asked.find(({ url }) => url.includes("/audit/export"));
    expect(sent?.headers.get("Authorization")).toBe("Bearer secret");
  });

  it("says so where there is no such entry", async () => {
    const none = { detail: "There is no entry 9 on this trail.", code: "not_found", remedy: "" };
    await open("/audit?open=9", { ...ANSWERS, "/audit/9": () => refusal(404, none) });
    expect(await screen.findByText("There is no entry 9 on this trail.")).toBeDefined();
    expect(screen.queryByText("Entry 9 could not be loaded")).toBeNull();
  });
});
