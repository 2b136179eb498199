import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "@/testing/render";
import { groupText } from "./FillDialog";
import { emptyWords } from "./GapList";
import { duration, parts, scoreText } from "./quality";
import { daysInWords } from "./SupplierSheet";

const scored = (over: object = {}) => ({
  score: 75.5,
  reasons: ["timeliness 3.7 %: most rows arrived late (-9.6 points)"],
  completeness_pct: 75,
  predicted_pct: 39.4,
  validity_pct: 100,
  timeliness_pct: 3.7,
  duplicate_pct: 0,
  outlier_pct: 2.2,
  estimated_pct: 39.4,
  anomalies_count: 2,
  total_rows: 8675,
  rejected_rows: 0,
  duplicate_rows: 3,
  last_updated: "2026-11-26T12:00:00Z",
  ...over,
});
const GAPS = { gaps: [], gaps_total: 0, judged: 0, young: 16, ended: 0, reason: "Not judged: 16 are young." };
const GAP = {
  source: null,
  supplier_id: "Acme",
  entity: "North run",
  entity_type: "route",
  event_type: "logistics",
  status: "open",
  last_report_at: "2026-11-20T12:00:00Z",
  next_report_at: null,
  since: "2026-11-22T12:00:00Z",
  silent_hours: 144,
  usual_interval_hours: 24,
  longest_usual_hours: 30,
  sentence: "North run has been silent for 6 days.",
};
const ANSWERS = {
  "/data-quality": { ...scored(), reason: null, sources: [{ ...scored({ score: 67 }), source: "meters" }] },
  "/data-quality/gaps": GAPS,
  "/api/v1/ingest/fill": [],
};
const GROUP = {
  entity: "North run",
  entity_type: "route",
  event_type: "logistics",
  field: "distance_km",
  lacking: 30,
  filled: 12,
  method: "median",
  sample_size: 40,
  median_error: 0.5,
  regression_error: null,
  typical_value: 5,
  typical_low: 4,
  typical_high: 6,
  reason: null,
} as const;

describe("words and parts", () => {
  it("turn what is bad into what is good, and leave unknown unknown", () => {
    const all = parts(scored({ outlier_pct: null }));
    expect(all.map(({ pct }) => pct)).toEqual([75, 100, 60.6, 3.7, null, 100]);
  });

  it("say scores, silences and days", () => {
    expect([scoreText(75.46), scoreText(null)]).toEqual(["75.5 of 100", "not known"]);
    expect([duration(5), duration(84)]).toEqual(["5 h", "3.5 d"]);
    expect(daysInWords([70, null, 80])).toBe("Score by day: from 70 of 100 to 80 of 100, last 80 of 100.");
    expect(daysInWords([null])).toBe("No day has a score.");
  });

  it("no gap is only good where something was judged", () => {
    expect(emptyWords(GAPS as never)).toBe("No rhythm could be judged yet. Not judged: 16 are young.");
    expect(emptyWords({ ...GAPS, judged: 3, reason: null } as never)).toBe(
      "3 rhythms judged, no gap among them.",
    );
  });

  it("say how a group would be filled, or why not", () => {
    expect(groupText(GROUP)).toBe("12 of 30, median of 40 values, typically 5, mean error 0.5");
    expect(groupText({ ...GROUP, filled: 0, reason: "too few" })).toBe("none of 30: too few");
  });
});

describe("the page", () => {
  it("shows the score with its reasons, and a source from its address", async () => {
    const { user, router } = await open("/data-quality", ANSWERS);
    const score = within(await screen.findByRole("region", { name: "Score" }));
    expect(await score.findByText("75.5")).toBeDefined();
    expect(screen.getByText("No missing value was filled in.", { exact: false })).toBeDefined();
    await user.click(screen.getByText("meters"));
    expect(router.state.location.search).toEqual({ source: "meters" });
    expect(await screen.findByRole("dialog", { name: "meters" })).toBeDefined();
  });

  it("opens the supplier of a gap", async () => {
    const supplier = {
      ...scored(),
      supplier_id: "Acme",
      entities: [],
      entities_total: 0,
      days: [],
      sources: [],
    };
    const { user, router, asked } = await open("/data-quality?gaps=all", {
      ...ANSWERS,
      "/data-quality/gaps": { ...GAPS, gaps: [GAP], gaps_total: 1, reason: null },
      "/data-quality/Acme": supplier,
    });
    expect(await screen.findByText("6 d")).toBeDefined();
    expect(asked.some(({ url }) => url.includes("gaps?status"))).toBe(false);
    await user.click(screen.getByText("North run"));
    expect(router.state.location.search).toEqual({ gaps: "all", supplier: "Acme" });
    const sheet = within(await screen.findByRole("dialog", { name: "Acme" }));
    expect(await sheet.findByText("75.5 of 100, 8,675 rows")).toBeDefined();
    expect(sheet.getByText("None is named in its rows.")).toBeDefined();
  });

  it("fills only after it was seen what would be filled", async () => {
    const bodies: unknown[] = [];
    const fill = async (request: Request) => {
      bodies.push(await request.json());
      return { dry_run: true, filled: 12, events: 12, left: 0, not_fillable: 0, groups: [GROUP] };
    };
    const { user } = await open("/data-quality", { ...ANSWERS, "POST /api/v1/ingest/fill": fill });
    await user.click(await screen.findByRole("button", { name: "Fill" }));
    await user.click(screen.getByRole("checkbox", { name: "Speed" }));
    await user.click(screen.getByRole("button", { name: "See what would be filled" }));
    await user.click(await screen.findByRole("button", { name: "Fill 12 values" }));
    expect(await screen.findByText("12 values filled in.")).toBeDefined();
    const fields = ["distance_km", "load_kg", "energy_kwh"];
    expect(bodies).toEqual([
      { fields, dry_run: true },
      { fields, dry_run: false },
    ]);
  });

  it("takes values back after a question", async () => {
    const value = {
      id: 1,
      event_id: 2,
      field: "speed",
      value: 50,
      low: 40,
      high: 60,
      method: "median",
      sample_size: 30,
      entity: "North run",
      event_time: "2026-11-20T12:00:00Z",
      created_at: "2026-11-20T12:00:00Z",
    };
    const { user, asked } = await open("/data-quality?field=speed", {
      ...ANSWERS,
      "/api/v1/ingest/fill": [value],
      "DELETE /api/v1/ingest/fill": { values: 1, events: 1, left: 0 },
    });
    expect(await screen.findByText("40 to 60")).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Take back" }));
    await user.click(
      within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Take back" }),
    );
    expect(await screen.findByText("1 value taken back.")).toBeDefined();
    expect(asked.find(({ method }) => method === "DELETE")?.url).toContain("field=speed");
  });
});
