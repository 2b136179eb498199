import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import { daysOf } from "./AskForm";
import { type Answer, begun, filtersOf, grown, historyOf, originOf, pieces } from "./conversation";
import { eventOf, eventsOf } from "./events";
import { pageOf } from "./pages";

const FIGURE = {
  id: "F1",
  text: "open hotspots: 1",
  value: 1,
  unit: "hotspots",
  window: null,
  about: [],
  source: "/hotspots?status=active",
  reason: null,
};
const PASSAGE = {
  id: "P1",
  title: "Cut empty running",
  heading: "Cut empty running",
  page: null,
  document_id: null,
  measure_id: "M04",
  text: "Find return loads.",
  score: 4,
};
const ANSWER: Answer = {
  answer: "[F1] open hotspots: 1.\n[P1] Find return loads.",
  citations: [PASSAGE],
  figures: [FIGURE],
  how: "text",
  grounded: null,
  dropped: 0,
  model: null,
  notes: ["'Nort run' was read as North run."],
};

const block = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A stream that comes in these pieces; jsdom has none of its own to make. */
function streamed(...parts: string[]): ReadableStream<Uint8Array> {
  const bytes = parts.map((part) => new TextEncoder().encode(part));
  const read = async () => {
    const value = bytes.shift();
    return { value, done: value === undefined };
  };
  const reader = { read, releaseLock: () => undefined };
  return { getReader: () => reader } as unknown as ReadableStream<Uint8Array>;
}
const stream = (...parts: string[]) =>
  new Response(parts.join(""), { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
const WHOLE = () =>
  stream(
    block("figures", [FIGURE]),
    block("citations", [PASSAGE]),
    block("text", { text: "[F1] open hotspots: 1." }),
    block("done", ANSWER),
  );

describe("events of a stream", () => {
  it("are put together from wherever the bytes were cut", async () => {
    const whole = block("text", { text: "ü 1" }) + block("done", { answer: "ü" });
    const found = [];
    for await (const each of eventsOf(streamed(whole.slice(0, 9), whole.slice(9, 30), whole.slice(30))))
      found.push(each);
    expect(found).toEqual([
      { event: "text", data: { text: "ü 1" } },
      { event: "done", data: { answer: "ü" } },
    ]);
  });

  it("that are no JSON, or only a comment, are passed over", () => {
    expect([...eventOf(": still there"), ...eventOf("event: text\ndata: {")]).toEqual([]);
  });
});

describe("a conversation", () => {
  it("grows by sentences and ends with the whole answer", () => {
    const first = grown(begun(1, "?", null), { event: "text", data: { text: "One." } });
    const second = grown(first, { event: "text", data: { text: "Two." } });
    expect(second.text).toBe("One.\nTwo.");
    expect(grown(second, { event: "something new", data: 5 })).toBe(second);
    const done = grown(second, { event: "done", data: ANSWER });
    expect([done.state, done.text]).toEqual(["done", ANSWER.answer]);
    expect(historyOf([done, begun(2, "unanswered", null)])).toEqual([
      { role: "user", content: "?" },
      { role: "assistant", content: ANSWER.answer },
    ]);
    expect(historyOf(Array.from({ length: 15 }, () => done))).toHaveLength(20);
  });

  it("takes filters along only where there are any", () => {
    expect(filtersOf({ entity: "", type: "all", days: 0 })).toBeNull();
    expect(filtersOf({ entity: "North", type: "factory", days: 7 })).toEqual({
      entity: "North",
      event_type: "factory",
      days: 7,
    });
    expect(["7", "0", "x", "4000"].map(daysOf)).toEqual([7, 0, 0, 0]);
  });

  it("tells sources from words, and where a source is shown", () => {
    expect(pieces("[F1] one [x] two[P12]")).toEqual([
      { source: "F1", words: "[F1]" },
      { source: null, words: " one [x] two" },
      { source: "P12", words: "[P12]" },
    ]);
    expect(pageOf("/hotspots/5")).toEqual({ to: "/hotspots/$hotspotId", params: { hotspotId: "5" } });
    expect(pageOf("/emissions/forecast")?.to).toBe("/forecast");
    expect(pageOf("rollup emissions_daily")).toBeNull();
  });

  it("says who wrote, and what was dropped", () => {
    expect(originOf(ANSWER)).toEqual(["no language model wrote", "passages found by words"]);
    const partly = { ...ANSWER, model: "m", grounded: "partly" as const, dropped: 2, how: "hybrid" };
    expect(originOf(partly)[1]).toBe("2 of its sentences dropped for want of a source");
  });
});

describe("the page", () => {
  it("asks what is asked, shows answer, sources and notes, and keeps the question in the address", async () => {
    const bodies: { history: unknown[] }[] = [];
    const { user, router } = await open("/assistant", {
      "POST /api/chat": async (request: Request) => {
        bodies.push(await request.json());
        return WHOLE();
      },
    });
    await user.type(await screen.findByLabelText("Question"), "What is open?{Enter}");
    const answer = within(await screen.findByRole("article", { name: "What is open?" }));
    expect(await answer.findByText("How it came about", { exact: false })).toBeDefined();
    expect(router.state.location.search).toEqual({ q: "What is open?" });
    expect(answer.getByRole("link", { name: "/hotspots?status=active" })).toBeDefined();
    expect(answer.getByText("'Nort run' was read as North run.")).toBeDefined();
    await user.click(answer.getByRole("button", { name: "Source P1" }));
    expect(document.activeElement?.textContent).toContain("Cut empty running");
    await user.type(screen.getByLabelText("Question"), "And yesterday?{Enter}");
    await screen.findByRole("article", { name: "And yesterday?" });
    expect(bodies.map(({ history }) => history.length)).toEqual([0, 2]);
  });

  it("asks a question of the address, with its filters, once", async () => {
    const bodies: unknown[] = [];
    await open("/assistant?q=Why&days=7&type=factory", {
      "POST /api/chat": async (request: Request) => {
        bodies.push(await request.json());
        return WHOLE();
      },
    });
    await screen.findByText("How it came about", { exact: false });
    expect(bodies).toEqual([
      { question: "Why", filters: { event_type: "factory", days: 7 }, history: [], stream: true },
    ]);
  });

  it("says what failed, asks again, and tells when an answer broke off", async () => {
    let times = 0;
    const { user } = await open("/assistant", {
      "POST /api/chat": () => {
        times += 1;
        if (times === 1) return refusal(503, { detail: "The database is away.", code: "down", remedy: "" });
        return stream(block("text", { text: "Half of it." }));
      },
    });
    await user.click(await screen.findByRole("button", { name: "What are the worst hotspots?" }));
    expect(await screen.findByText(/The database is away/)).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/broke off/)).toBeDefined();
    expect(screen.getByText("Half of it.")).toBeDefined();
  });

  it("takes an answer that comes as a whole", async () => {
    await open("/assistant?q=Why", { "POST /api/chat": ANSWER });
    expect(await screen.findByText("Find return loads.", { selector: "span" })).toBeDefined();
  });

  it("is stopped, and begins anew", async () => {
    const { user, router } = await open("/assistant?q=Why", {
      "POST /api/chat": (request: Request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        }),
    });
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByText("Stopped before the end.")).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Start anew" }));
    expect(await screen.findByText("Nothing was asked yet. For example:")).toBeDefined();
    expect(router.state.location.search).toEqual({});
  });
});
