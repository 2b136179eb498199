import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/testing/socket";
import { base64url, LiveFeed, type News } from "./feed";
import { touchedBy } from "./useLive";

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
    last().change("alerts", 8, { id: 3 });
    expect(feed.state).toBe("live");
    expect(heard).toMatchObject([{ change: { seq: 8, channel: "alerts", payload: { id: 3 } } }]);
  });

  it("comes back by itself and asks for what was missed", () => {
    last().greet(7);
    last().change("alerts", 8);
    last().break();
    expect(feed.state).toBe("reconnecting");
    vi.advanceTimersByTime(1_000);
    last().greet(10);
    expect(JSON.parse(last().sent[0] ?? "")).toMatchObject({ since: 8 });
    last().change("alerts", 9);
    expect(heard.map((news) => "change" in news && news.change.seq)).toEqual([8, 9]);
  });

  it("a heartbeat moves on what is asked for next time, but not before what was missed is told", () => {
    last().greet(7);
    last().say({ heartbeat: 20 });
    last().break();
    vi.advanceTimersByTime(1_000);
    last().say({ hello: { seq: 30, channels: [], heartbeat_seconds: 15 } });
    last().say({ heartbeat: 30 });
    last().break();
    vi.advanceTimersByTime(2_000);
    last().greet(30);
    expect(JSON.parse(last().sent[0] ?? "")).toMatchObject({ since: 20 });
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

  it("says that everything has to be asked again after a gap, and goes on behind it", () => {
    last().greet(7);
    last().say({ gap: { seq: 50, channels: ["alerts"], detail: "no longer kept", remedy: "" } });
    expect(heard).toEqual([{ gap: true }]);
    last().break();
    vi.advanceTimersByTime(1_000);
    last().greet(60);
    expect(JSON.parse(last().sent[0] ?? "")).toMatchObject({ since: 50 });
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
    last().change("weather", 8);
    expect(heard).toEqual([]);
  });
});

it("a change touches its own channel's paths only, a gap all", () => {
  const news = { change: { seq: 1, channel: "alerts" as const, event: "", at: "", payload: {} } };
  expect(touchedBy(news, ["alerts"])).toEqual(["/alerts"]);
  expect(touchedBy(news, ["hotspots"])).toEqual([]);
  expect(touchedBy({ gap: true }, [])).toEqual(["/"]);
});

it("any key can be shown in the letters that are allowed", () => {
  expect(base64url("schlüssel?>~")).toBe("c2NobMO8c3NlbD8-fg");
});
