import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";
import { ANSWERS, HOTSPOT } from "./sample";
import { scopeOf } from "./scope";

// whole pages with many panels: on a busy machine one takes longer than a component
vi.setConfig({ testTimeout: 20_000 });

const panel = async (name: string) => within(await screen.findByRole("region", { name }));
const sent = (requests: Request[], method: string, path: string) =>
  requests.find((each) => each.method === method && new URL(each.url).pathname === path);

describe("a hotspot", () => {
  it("says in a sentence why, with actual, typical and range", async () => {
    await open("/hotspots/5", ANSWERS);
    await screen.findByRole("heading", { level: 1, name: "City rounds" });
    const why = await panel("Why it stands out");
    expect(await why.findByText(/emitted 10.4 kg CO2e in one event/)).toBeDefined();
    expect(why.getByText("3.64 to 6.71")).toBeDefined();
    expect(why.getByText("156 % above")).toBeDefined();
    expect(why.getByText("the estimate of the worst event is unsure")).toBeDefined();
    expect((await why.findAllByText(/from the average of the class/)).length).toBeGreaterThan(0);
  });

  it("shows what it is made of, its days against the band, and the diagnosis", async () => {
    await open("/hotspots/5", ANSWERS);
    const parts = await panel("What it is made of");
    expect(await parts.findByRole("img", { name: /intensity \+26.9 kg/ })).toBeDefined();
    expect(parts.getByText("69 % above")).toBeDefined();
    const band = await panel("Against what is usual");
    expect(await band.findByRole("img", { name: /1 day above the usual range/ })).toBeDefined();
    expect(await screen.findByText("More distance for each drop than usual.")).toBeDefined();
    expect(await screen.findByText("Nothing is proposed: no measure fits.")).toBeDefined();
    expect(await screen.findByText("It is the first of its kind here.")).toBeDefined();
  });

  it("shows the worst event's estimate line by line, and another's from the address", async () => {
    const { user, router } = await open("/hotspots/5", ANSWERS);
    const estimate = await panel("The estimate, line by line");
    expect(await estimate.findByText(/= 10.4 kg/)).toBeDefined();
    const events = await panel("Events behind it");
    expect(events.getByText("22 %")).toBeDefined();
    await user.click(await events.findByText(/9.9/));
    expect(router.state.location.search).toEqual({ event: 81 });
    expect(await (await panel("The estimate, line by line")).findByText(/= 9.9 kg/)).toBeDefined();
    await user.click(screen.getByRole("link", { name: "The worst one" }));
    await waitFor(() => expect(router.state.location.searchStr).toBe(""));
  });

  it("takes the days of the band along in the address", async () => {
    const { user, router, asked } = await open("/hotspots/5?days=14", ANSWERS);
    const band = await panel("Against what is usual");
    await band.findByRole("img", { name: /usual range/ });
    expect(new URL(sent(asked, "GET", "/baselines/3/history")?.url ?? "").searchParams.get("days")).toBe(
      "14",
    );
    await user.click(band.getByRole("radio", { name: "90 days" }));
    expect(router.state.location.search).toEqual({ days: 90 });
  });

  it("that nobody diagnosed yet is no failure", async () => {
    const none = { detail: "Hotspot 5 has no diagnosis yet.", code: "not_found", remedy: "" };
    await open("/hotspots/5", {
      ...ANSWERS,
      "/hotspots/5/diagnosis": () => refusal(404, none),
      "/baselines": [],
    });
    expect(await screen.findByText(/It is not diagnosed yet/)).toBeDefined();
    expect(await screen.findByText(/What is usual of it is not known any more/)).toBeDefined();
  });

  it("that is not there says so", async () => {
    await open("/hotspots/9", {});
    expect(await screen.findByText("Why it stands out could not be loaded")).toBeDefined();
  });
});

describe("what is done about a hotspot", () => {
  it("not a problem needs a reason, then it is sent", async () => {
    const ignored = { ...HOTSPOT, status: "ignored", verdict: "not_a_problem", verdict_reason: "a test run" };
    let now = HOTSPOT;
    const { user, router, asked } = await open("/hotspots/5", {
      ...ANSWERS,
      "/hotspots/5": () => now,
      "POST /hotspots/5/feedback": () => {
        now = ignored;
        return ignored;
      },
    });
    await screen.findByRole("heading", { level: 1, name: "City rounds" });
    await user.keyboard("n");
    expect(router.state.location.search).toEqual({ form: "dismiss" });
    const dialog = within(await screen.findByRole("dialog", { name: "Not a problem" }));
    await user.click(dialog.getByRole("button", { name: "Not a problem" }));
    expect(dialog.getByText("A reason is needed.")).toBeDefined();
    await user.type(dialog.getByLabelText("Why not"), "a test run");
    await user.click(dialog.getByRole("button", { name: "Not a problem" }));
    expect(await screen.findByText("Not a problem: a test run")).toBeDefined();
    expect(await sent(asked, "POST", "/hotspots/5/feedback")?.clone().json()).toEqual({
      verdict: "not_a_problem",
      reason: "a test run",
    });
    expect(router.state.location.searchStr).toBe("");
    expect(screen.getByRole("button", { name: "Take the verdict back" })).toBeDefined();
  });

  it("a measure is recommended", async () => {
    const { user, router, asked } = await open("/hotspots/5?form=recommend", {
      ...ANSWERS,
      "POST /recommendations": { id: 1, title: "Bundle stops" },
    });
    const dialog = within(await screen.findByRole("dialog", { name: "Recommend something" }));
    await user.selectOptions(await dialog.findByLabelText("Measure"), "M1");
    expect(dialog.getByText("Fewer rounds.")).toBeDefined();
    await user.click(dialog.getByRole("button", { name: "Recommend" }));
    expect(await screen.findByText(/Recommended: Bundle stops/)).toBeDefined();
    expect(await sent(asked, "POST", "/recommendations")?.clone().json()).toEqual({
      hotspot_id: 5,
      measure_id: "M1",
    });
    expect(router.state.location.searchStr).toBe("");
  });

  it("what the engine refuses stays in the form", async () => {
    const twice = { detail: "The hotspot has it already.", code: "conflict", remedy: "Look at it." };
    const { user } = await open("/hotspots/5?form=recommend", {
      ...ANSWERS,
      "POST /recommendations": () => refusal(409, twice),
    });
    const dialog = within(await screen.findByRole("dialog", { name: "Recommend something" }));
    await user.click(dialog.getByRole("radio", { name: "In my own words" }));
    await user.type(dialog.getByLabelText("Title"), "Fewer stops");
    await user.type(dialog.getByLabelText("What is to be done"), "Bundle them");
    await user.click(dialog.getByRole("button", { name: "Recommend" }));
    expect((await dialog.findByRole("alert")).textContent).toBe("The hotspot has it already. Look at it.");
  });

  it("a change is simulated on its entity", async () => {
    await open("/hotspots/5", ANSWERS);
    const link = await screen.findByRole("link", { name: "Simulate" });
    expect(link.getAttribute("href")).toContain("/what-if?");
    expect(scopeOf(HOTSPOT)).toEqual({ entity: "City rounds", event: "delivery" });
    expect(scopeOf({ ...HOTSPOT, event_type: "another" }).event).toBe("all");
  });
});
