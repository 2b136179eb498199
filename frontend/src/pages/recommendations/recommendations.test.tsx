import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";

// a busy machine takes its time
vi.setConfig({ testTimeout: 20_000 });

const COMBINED = {
  saving_kg: 440,
  plain_sum_kg: 500,
  unit: "kg CO2e per 28 days",
  why: "Both save of the same fuel.",
  supplies: [
    { entity: "route/North/logistics", supply: "propulsion", ids: [1, 2], plain_sum_kg: 500, saving_kg: 440 },
  ],
  left_out: [],
};
const rec = (id: number, over: object = {}) => ({
  id,
  hotspot_id: 9,
  supplier_id: "North run",
  measure_id: "M01",
  title: `Measure ${id}`,
  description: "Drive gently.",
  co2_reduction: 120,
  saving_low_kg: 50,
  saving_high_kg: 200,
  payback_months: null,
  cost_impact: null,
  root_cause: "More fuel than usual.",
  rank: 1,
  engine: "embedded",
  status: "pending",
  returns_because: null,
  provenance: {
    evidence: [{ passage_id: 5, document_id: 2, title: "Manual", page: 4, heading: "Speed" }],
  },
  proposed_by: "propose",
  assignee: null,
  decided_at: null,
  implemented_at: null,
  created_at: "2026-11-26T10:00:00Z",
  diagnosis: {
    cause: "fuel",
    root_cause: "More fuel than usual.",
    effects: [{ cause: "fuel", effect_kg: 30 }],
    remote: null,
    remote_detail: null,
    summary: null,
  },
  combined: COMBINED,
  ...over,
});
const ENTRY = {
  id: 1,
  at: "2026-11-26T10:00:00Z",
  action: "recommendation.commented",
  actor: "ann",
  notes: "Ask the depot first.",
  before: {},
  after: {},
};
const passage = (id: number) => ({ id, ordinal: id, page: 4, heading: "Speed", text: `Passage ${id}.` });
const ANSWERS = {
  "/recommendations": [rec(1), rec(2)],
  "/recommendations/stats": { total: 2, by_status: { pending: 2 } },
  "/recommendations/combined": COMBINED,
  "/recommendations/1": rec(1),
  "/recommendations/1/timeline": [ENTRY],
  "/documents/2": { id: 2, title: "Manual", filename: "manual.pdf" },
  "/documents/2/passages": (request: Request) => {
    const asked = new URL(request.url).searchParams;
    const rows = asked.get("limit") === "3" ? [4, 5, 6] : [4, 5, 6, 7];
    return Response.json(asked.get("around") === "5" ? rows.map(passage) : [], {
      headers: { "X-Total-Count": "4" },
    });
  },
};
const bodyOf = async (asked: Request[], end: string) =>
  await asked
    .find(({ url, method }) => method === "POST" && url.endsWith(end))
    ?.clone()
    .json();

describe("the queue", () => {
  it("asks for what waits, and carries filters and what is read in the address", async () => {
    const { user, router, asked } = await open("/recommendations", ANSWERS);
    expect(await screen.findByText("Measure 1")).toBeDefined();
    expect(asked.some(({ url }) => url.includes("/recommendations?status=pending"))).toBe(true);
    await user.click(screen.getByLabelText("Entity"));
    await user.paste("North run");
    await user.keyboard("{Enter}");
    await user.click(await screen.findByText("Measure 1"));
    expect(router.state.location.search).toMatchObject({ entity: "North run", open: 1 });
  });

  it("shows another status from its address, with how many there are", async () => {
    const { user, router } = await open("/recommendations?status=rejected", {
      ...ANSWERS,
      "/recommendations": [],
    });
    expect(await screen.findByText("None is rejected.")).toBeDefined();
    await user.click(await screen.findByText("Pending 2"));
    expect(router.state.location.searchStr).toBe("");
  });

  it("approves several with a note, and tells which could not be", async () => {
    const refused = [{ id: 2, code: "four_eyes", reason: "You proposed recommendation 2 yourself." }];
    const { user, asked } = await open("/recommendations", {
      ...ANSWERS,
      "POST /recommendations/approve": { status: "approved", decided: [1], refused },
    });
    await user.click(await screen.findByLabelText("Select 1"));
    await user.click(screen.getByLabelText("Select 2"));
    expect(await screen.findByText("2 selected, together")).toBeDefined();
    expect(asked.some(({ url }) => url.endsWith("/combined?id=1&id=2"))).toBe(true);
    await user.click(screen.getByRole("button", { name: "Approve" }));
    await user.click(await screen.findByLabelText("Note"));
    await user.paste("decided in the meeting");
    await user.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Approve" }));
    expect(await screen.findByText("You proposed recommendation 2 yourself.")).toBeDefined();
    expect(await bodyOf(asked, "/recommendations/approve")).toEqual({
      ids: [1, 2],
      notes: "decided in the meeting",
    });
  });

  it("says that a saving together is not known, and makes up no zero", async () => {
    const left_out = [{ id: 1, reason: "its saving is not known" }];
    const unknown = { ...COMBINED, saving_kg: 0, plain_sum_kg: 0, supplies: [], left_out };
    await open("/recommendations", { ...ANSWERS, "/recommendations/combined": unknown });
    const together = within(await screen.findByRole("region", { name: "Approved or in place, together" }));
    expect(await together.findByText("not known")).toBeDefined();
    expect(together.queryByText(/0 kg/)).toBeNull();
  });

  it("says what to do next where nothing waits", async () => {
    await open("/recommendations", { ...ANSWERS, "/recommendations": [] });
    expect(await screen.findByText(/Nothing waits for a decision/)).toBeDefined();
  });
});

describe("one recommendation", () => {
  it("is rejected with a reason only, by key", async () => {
    const { user, asked } = await open("/recommendations?open=1", {
      ...ANSWERS,
      "POST /recommendations/1/reject": { status: "rejected", recommendation_id: 1, message: "" },
    });
    await screen.findByRole("heading", { name: "Measure 1" });
    await user.keyboard("r");
    const dialog = within(await screen.findByRole("alertdialog"));
    await user.click(dialog.getByRole("button", { name: "Reject" }));
    expect(dialog.getByText("Say why not.")).toBeDefined();
    await user.type(dialog.getByLabelText("Reason"), "no driver wants it");
    await user.click(dialog.getByRole("button", { name: "Reject" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(await bodyOf(asked, "/1/reject")).toEqual({ reason: "no driver wants it" });
  });

  it("keeps the question open and says why where the engine refuses", async () => {
    const taken = { detail: "It is already rejected.", code: "conflict", remedy: "See its time line." };
    const { user } = await open("/recommendations?open=1", {
      ...ANSWERS,
      "POST /recommendations/1/approve": () => refusal(409, taken),
    });
    await screen.findByRole("heading", { name: "Measure 1" });
    await user.keyboard("a");
    const dialog = within(await screen.findByRole("alertdialog"));
    await user.click(dialog.getByRole("button", { name: "Approve" }));
    expect(await dialog.findByText("It is already rejected. See its time line.")).toBeDefined();
  });

  it("is closed by Escape, but not by the one that closes a question over it", async () => {
    const { user, router } = await open("/recommendations?open=1", ANSWERS);
    await user.click(await screen.findByRole("button", { name: "Approve" }));
    await screen.findByRole("alertdialog");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(router.state.location.search).toMatchObject({ open: 1 });
    await user.keyboard("{Escape}");
    expect(router.state.location.search).not.toHaveProperty("open");
  });

  it("opens the passage it cites, marked, with more around it", async () => {
    const { user, router } = await open("/recommendations?open=1", ANSWERS);
    await user.click(await screen.findByRole("button", { name: "Manual: Speed, page 4" }));
    expect(router.state.location.search).toMatchObject({ doc: 2, passage: 5 });
    const sheet = within(await screen.findByRole("dialog", { name: "What the document says" }));
    expect((await sheet.findByText("Passage 5.")).closest("li")?.getAttribute("aria-current")).toBe("true");
    expect(sheet.queryByText("Passage 7.")).toBeNull();
    await user.click(sheet.getByRole("button", { name: "Show more around it" }));
    expect(await sheet.findByText("Passage 7.")).toBeDefined();
    await waitFor(() => expect(sheet.queryByRole("button", { name: /^Show more/ })).toBeNull());
  });

  it("says so where the passage it cites is no longer there", async () => {
    const gone = { detail: "Document 2 has no passage 5; it may have been read anew.", code: "not_found" };
    const { user } = await open("/recommendations?open=1", {
      ...ANSWERS,
      "/documents/2/passages": () => refusal(404, { ...gone, remedy: "" }),
    });
    await user.click(await screen.findByRole("button", { name: "Manual: Speed, page 4" }));
    const sheet = within(await screen.findByRole("dialog", { name: "What the document says" }));
    expect(await sheet.findByText(/no longer there. Document 2 has no passage 5/)).toBeDefined();
    expect(sheet.queryByText(/could not be loaded/)).toBeNull();
  });

  it("takes a comment and an assignee, and shows what happened", async () => {
    const { user, asked } = await open("/recommendations?open=1", {
      ...ANSWERS,
      "POST /recommendations/1/comment": rec(1),
      "POST /recommendations/1/assign": rec(1, { assignee: "bo" }),
    });
    expect(await screen.findByText("“Ask the depot first.”")).toBeDefined();
    await user.type(await screen.findByLabelText("Comment"), "Done so.");
    await user.click(screen.getByRole("button", { name: "Add comment" }));
    expect(await bodyOf(asked, "/1/comment")).toEqual({ text: "Done so." });
    const assign = screen.getByRole("button", { name: "Assign" });
    await user.type(within(assign.closest("form") as HTMLElement).getByLabelText("Assigned to"), "bo");
    await user.click(assign);
    expect(await screen.findByText("Assigned to bo")).toBeDefined();
  });

  it("that is gone says so and leaves the queue as it is", async () => {
    await open("/recommendations?open=8", ANSWERS);
    expect(await screen.findByText("Recommendation 8 could not be loaded")).toBeDefined();
    expect(await screen.findByText("Measure 2")).toBeDefined();
  });
});
