import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/testing/socket";
import { LiveFeed, type News } from "./feed";
import { touchedBy } from "./useLive";

const change = (seq: number) => ({
  seq,
  channel: "alerts",
  event: "alert.raised",
  at: "2026-11-26T12:00:00Z",
  payload: {},
});

describe("the feed", () => {
  let sockets: FakeSocket[];
  let heard: News[];
  let feed: LiveFeed;
  const last = () => sockets.at(-1) as FakeSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    heard = [];
    feed = new LiveFeed(() => {
      sockets.push(new FakeSocket());
      return last();
    });
    feed.onNews((news) => heard.push(news));
    feed.start();
  });
  afterEach(() => vi.useRealTimers());

  it("is live once it is greeted, and tells of changes", () => {
    expect(feed.state).toBe("reconnecting");
    last().greet(7);
    last().say(change(8));
    expect(feed.state).toBe("live");
    expect(heard).toEqual([{ change: change(8) }]);
  });

  it("comes back by itself and asks for what was missed, once", () => {
    last().greet(7);
    last().say(change(8));
    last().break();
    expect(feed.state).toBe("reconnecting");
    vi.advanceTimersByTime(1_000);
    last().greet(9);
    expect(JSON.parse(last().sent[0] ?? "")).toMatchObject({ since: 8 });
    last().say(change(8));
    last().say(change(9));
    expect(heard.map((news) => "change" in news && news.change.seq)).toEqual([8, 9]);
  });

  it("waits longer after every failure", () => {
    last().break();
    vi.advanceTimersByTime(1_000);
    last().break();
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(3);
  });

  it("takes long silence for a dead connection", () => {
    last().greet(1, 2);
    vi.advanceTimersByTime(4_000);
    last().say({ heartbeat: 1 });
    vi.advanceTimersByTime(4_900);
    expect(feed.state).toBe("live");
    vi.advanceTimersByTime(200);
    expect(feed.state).toBe("reconnecting");
  });

  it("says that everything has to be asked again after a gap, or where the numbers went back", () => {
    last().greet(7);
    last().say({ gap: { from: 1, to: 5 } });
    last().break();
    vi.advanceTimersByTime(1_000);
    last().greet(2);
    expect(heard).toEqual([{ gap: true }, { gap: true }]);
  });

  it("stops and goes on when it is told to", () => {
    last().greet(7);
    const before = last();
    feed.pause();
    expect([feed.state, before.closed]).toEqual(["paused", true]);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
    feed.start();
    last().greet(9);
    expect(JSON.parse(last().sent[0] ?? "")).toMatchObject({ since: 7 });
  });

  it("passes over what it does not know", () => {
    last().greet(7);
    last().say({ novelty: 1 });
    last().say({ ...change(8), channel: "weather" });
    expect(heard).toEqual([]);
  });
});

it("a change touches its own channel's paths only, a gap all", () => {
  const news = { change: { ...change(1), channel: "alerts" as const } };
  expect(touchedBy(news, ["alerts"])).toEqual(["/alerts"]);
  expect(touchedBy(news, ["hotspots"])).toEqual([]);
  expect(touchedBy({ gap: true }, [])).toEqual(["/"]);
});
