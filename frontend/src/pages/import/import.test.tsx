import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import * as csv from "@/lib/csv";
import { open, refusal } from "@/testing/render";
import { badRows } from "./FirstRows";
import { donePct, outcome, problemText } from "./jobs";
import { always, assign, inUnit, lacking, type Preview, presetOf, sizeText } from "./mapping";
import { obstacle } from "./PreviewPanel";

const column = (over: object) =>
  ({
    name: "Gewicht [t]",
    field: "load_kg",
    by: "synonym",
    unit: "t",
    scale: 1000,
    offset: 0,
    samples: ["11,8"],
    filled_pct: 100,
    ...over,
  }) as Preview["columns"][number];

const preview = (over: object = {}): Preview => ({
  mapping: null,
  columns: [column({}), column({ name: "Fahrer", field: null, by: null, unit: null, scale: null })],
  rows_looked_at: 2,
  notes: ["dates begin with the day"],
  problems: [],
  kind: "csv",
  encoding: "utf-8",
  delimiter: ";",
  rows: 2,
  rows_checked: 2,
  rows_acceptable: 1,
  first_events: [{ event_type: "logistics", load_kg: 11800 }],
  first_rejected: [{ line: 3, msg: "line 3: supplier_id '' is missing. Give a value." }],
  ...over,
});
const MISSING = {
  type: "missing_column",
  loc: ["file", "event_type"],
  msg: "Column 'event_type' is missing.",
};

const job = (over: object = {}) => ({
  id: 1,
  job_id: "j-1",
  status: "complete",
  filename: "trips.csv",
  source: "north",
  rows_total: 3,
  rows_processed: 3,
  rows_stored: 1,
  rows_rejected: 2,
  rows_duplicate: 0,
  outliers: 0,
  errors: [],
  rejected: [],
  mapping: null,
  notes: [],
  created_at: "2026-11-26T12:00:00Z",
  updated_at: "2026-11-26T12:00:01Z",
  finished_at: "2026-11-26T12:00:01Z",
  ...over,
});
const QUIET = { "/api/v1/ingest/jobs": [], "/api/v1/ingest/mappings": [] };
const FILE = new File(["Gewicht [t];Fahrer\n11,8;A\n"], "trips.csv", { type: "text/csv" });

describe("what is told of a file", () => {
  it("moves a field from one column to another, and says that the old one is none", () => {
    const told = assign({ units: { load_kg: "t" } }, column({}), "distance_km");
    expect(told).toEqual({ columns: { load_kg: "", distance_km: "Gewicht [t]" }, units: {} });
    expect(assign({}, column({ field: null }), "load_kg").columns).toEqual({ load_kg: "Gewicht [t]" });
    expect(assign({}, column({}), "").columns).toEqual({ load_kg: "" });
  });

  it("forgets what is emptied", () => {
    expect(always(always({}, "event_type", "factory"), "event_type", "").constants).toEqual({});
    expect(inUnit(inUnit({}, "load_kg", "t"), "load_kg", "").units).toEqual({});
  });

  it("knows what is missing, and why it cannot go in", () => {
    expect(lacking(preview({ problems: [MISSING] }))).toEqual(["event_type"]);
    expect(obstacle(preview({ problems: [MISSING] }))).toContain("mend");
    expect(obstacle(preview({ rows_acceptable: 0 }))).toContain("No row");
    // of a long file only the beginning was looked at
    expect(obstacle(preview({ rows_acceptable: 0, rows: 5000 }))).toBe("");
    expect(obstacle(preview())).toBe("");
  });

  it("is kept with all that was found", () => {
    const found = {
      columns: { load_kg: "Gewicht [t]" },
      units: {},
      constants: {},
      decimal: ",",
      dates: "DMY",
    };
    const kept = presetOf(preview({ mapping: { ...found, zone: "UTC" } }), { columns: { speed: "" } });
    expect(kept.columns).toEqual({ speed: "", load_kg: "Gewicht [t]" });
    expect(kept.dates).toBe("DMY");
  });
});

it("words and numbers of a job", () => {
  expect(outcome(job() as never)).toBe("1 row stored and 2 rejected");
  expect(outcome(job({ status: "undone", rows_rejected: 0 }) as never)).toBe(
    "1 row stored and taken out again",
  );
  expect(outcome(job({ status: "queued" }) as never)).toBe("Waits for a worker");
  expect(donePct(job({ rows_total: 0 }) as never)).toBeNull();
  expect(donePct(job({ rows_processed: 1 }) as never)).toBeCloseTo(33.3, 1);
  expect(
    problemText({ field: "vehicle_type", value: "truk", rule: "is unknown", remedy: "Say truck." }),
  ).toBe("vehicle_type 'truk' is unknown. Say truck.");
  expect(badRows(preview())).toEqual([{ line: 3, reason: "supplier_id '' is missing. Give a value." }]);
  expect([sizeText(0), sizeText(999), sizeText(1_400_000)]).toEqual(["0 bytes", "999 bytes", "1.4 MB"]);
});

/** The job's sheet hides the page below it, so the page comes first and the address after it. */
async function openJob(answers: object) {
  const page = await open("/import", { ...QUIET, ...answers });
  await page.router.navigate({ to: "/import", search: { job: "j-1" } });
  return page;
}

describe("the page", () => {
  it("says what to do where nothing was imported", async () => {
    await open("/import", QUIET);
    expect(await screen.findByText("Nothing was imported yet. Drop a file above.")).toBeDefined();
  });

  it("shows a file before it is stored, is told what is missing, stores it, and opens the job", async () => {
    let looks = 0;
    const looked = () => {
      looks += 1;
      return looks === 1 ? preview({ problems: [MISSING], rows_checked: 0, rows_acceptable: 0 }) : preview();
    };
    const { user, router, asked } = await open("/import", {
      ...QUIET,
      "POST /api/v1/ingest/preview": looked,
      "POST /api/v1/ingest/upload": { jobId: "j-1" },
      "/api/v1/ingest/status/j-1": job({ rows_rejected: 0 }),
    });
    await user.upload(screen.getByLabelText(/Drop a file here/), FILE);
    expect(await screen.findByText("Column 'event_type' is missing.")).toBeDefined();
    const send = screen.getByRole("button", { name: "Import" });
    expect(send.hasAttribute("disabled")).toBe(true);
    await user.selectOptions(screen.getByLabelText("Event type of every row"), "logistics");
    await waitFor(() => expect(send.hasAttribute("disabled")).toBe(false));
    expect(screen.getByText("supplier_id '' is missing. Give a value.")).toBeDefined();
    await user.click(send);
    expect(await screen.findByText("trips.csv")).toBeDefined();
    expect(router.state.location.search).toEqual({ job: "j-1" });
    const upload = asked.find(({ url }) => url.includes("/upload"));
    expect(new URL(upload?.url ?? "").searchParams.get("wait")).toBe("false");
  });

  it("takes a file that is dropped, and another one in its place", async () => {
    const { user } = await open("/import", { ...QUIET, "POST /api/v1/ingest/preview": preview() });
    fireEvent.drop(screen.getByText("Drop a file here, or choose one"), { dataTransfer: { files: [FILE] } });
    expect(await screen.findByText("trips.csv")).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Another file" }));
    expect(screen.getByText("Drop a file here, or choose one")).toBeDefined();
    expect(screen.queryByRole("region", { name: "Preview" })).toBeNull();
  });

  it("keeps the columns where a check fails, so that they can be mended", async () => {
    let looks = 0;
    const { user } = await open("/import", {
      ...QUIET,
      "POST /api/v1/ingest/preview": () => {
        looks += 1;
        return looks === 1
          ? preview()
          : refusal(422, { detail: "No such field.", code: "invalid", remedy: "" });
      },
    });
    await user.upload(screen.getByLabelText(/Drop a file here/), FILE);
    await user.selectOptions(await screen.findByLabelText("Field of Fahrer"), "route_id");
    expect(await screen.findByText(/No such field/)).toBeDefined();
    expect(screen.getByLabelText("Field of Fahrer")).toBeDefined();
  });

  it("keeps the mapping of a source before the file goes in", async () => {
    const { user, asked } = await open("/import?source=north", {
      ...QUIET,
      "POST /api/v1/ingest/preview": preview(),
      "PUT /api/v1/ingest/mappings/north": {},
      "POST /api/v1/ingest/upload": { jobId: "j-1" },
      "/api/v1/ingest/status/j-1": job({ rows_rejected: 0 }),
    });
    await user.upload(screen.getByLabelText(/Drop a file here/), FILE);
    await user.click(await screen.findByRole("switch", { name: "Keep this mapping for north" }));
    await user.click(screen.getByRole("button", { name: "Import" }));
    await screen.findByText("trips.csv");
    const sent = asked.filter(({ method }) => method !== "GET").map(({ method }) => method);
    expect(sent).toEqual(["POST", "PUT", "POST"]);
  });

  it("opens a job from its address: the rejected rows as a file, and undo after a question", async () => {
    const saved = vi.spyOn(csv, "download").mockImplementation(() => undefined);
    const problem = { field: "load_kg", value: "x", rule: "is not a number", remedy: "Write digits." };
    const { user, asked } = await openJob({
      "/api/v1/ingest/jobs": [job()],
      "/api/v1/ingest/status/j-1": job(),
      "/api/v1/ingest/jobs/j-1/errors": [{ id: 1, line: 3, problems: [problem], received: {} }],
      "/api/v1/ingest/jobs/j-1/rejected": () => new Response("line,reason\r\n"),
      "POST /api/v1/ingest/jobs/j-1/undo": { events: 1, hotspots_resolved: 0 },
    });
    const sheet = within(await screen.findByRole("dialog", { name: "Ingest" }));
    expect(await sheet.findByText("load_kg 'x' is not a number. Write digits.")).toBeDefined();
    await user.click(sheet.getByRole("button", { name: "Save to mend" }));
    await waitFor(() => expect(saved).toHaveBeenCalledWith("rejected-j-1.csv", "line,reason\r\n"));
    await user.click(sheet.getByRole("button", { name: "Undo" }));
    await user.click(await screen.findByRole("button", { name: "Take the events out" }));
    expect(await screen.findByText(/1 event taken out/)).toBeDefined();
    expect(asked.some(({ method, url }) => method === "POST" && url.endsWith("/undo"))).toBe(true);
  });

  it("follows a job that runs by the live feed", async () => {
    let now = job({ status: "processing", rows_processed: 1, finished_at: null });
    const { feed, socket } = await openJob({
      "/api/v1/ingest/status/j-1": () => now,
    });
    expect(await screen.findByText("1 of at most 3 rows read (33 %)")).toBeDefined();
    expect(screen.getByRole("button", { name: "Stop" })).toBeDefined();
    feed.start();
    socket.greet(1);
    now = job({ rows_rejected: 0, rows_stored: 3 });
    socket.change("ingest_jobs", 2);
    expect(await screen.findByText("3 rows stored.", {}, { timeout: 3_000 })).toBeDefined();
    expect(screen.getByRole("link", { name: "look at the hotspots" })).toBeDefined();
  });

  it("chooses a kept mapping, and forgets one after a question", async () => {
    const preset = {
      id: 1,
      source: "north",
      columns: { load_kg: "Gewicht" },
      updated_at: "2026-11-26T12:00:00Z",
    };
    const { user, router } = await open("/import", {
      ...QUIET,
      "/api/v1/ingest/mappings": [preset],
      "DELETE /api/v1/ingest/mappings/north": () => new Response(null, { status: 204 }),
    });
    await user.click(await screen.findByRole("button", { name: "Use the mapping of north" }));
    expect(router.state.location.search).toEqual({ source: "north" });
    await user.click(screen.getByRole("button", { name: "Forget the mapping of north" }));
    await user.click(await screen.findByRole("button", { name: "Forget it" }));
    expect(await screen.findByText("The mapping of north is forgotten.")).toBeDefined();
  });
});
