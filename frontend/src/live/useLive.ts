// What a page has to do to be live: name its channels.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from "react";
import { refresh } from "@/api/ask";
import type { FeedState, LiveFeed, News } from "./feed";
import type { Change, Channel } from "./messages";

/** Paths whose answers change with a channel. */
const TOUCHED: Record<Channel, string[]> = {
  emissions: [
    "/emissions",
    "/predictions",
    "/targets",
    "/forecasts",
    "/data-quality",
    "/api/v1/data-quality",
  ],
  hotspots: ["/hotspots", "/emissions/summary"],
  alerts: ["/alerts"],
  recommendations: ["/recommendations"],
  ingest_jobs: ["/api/v1/ingest"],
};
/** A burst of changes asks once: the first waits this long for the others. */
const GATHER_MS = 1_000;

export const FeedContext = createContext<LiveFeed | null>(null);

export function useFeed(): LiveFeed {
  const feed = useContext(FeedContext);
  if (feed === null) throw new Error("useFeed needs a FeedContext around it");
  return feed;
}

export function useFeedState(): FeedState {
  const feed = useFeed();
  return useSyncExternalStore(feed.onState, () => feed.state);
}

/** Paths to ask again for this news; none where the channel is not one of these. */
export function touchedBy(news: News, channels: readonly string[]): string[] {
  if ("gap" in news) return ["/"];
  return channels.includes(news.change.channel) ? TOUCHED[news.change.channel] : [];
}

/**
 * Ask again what is shown whenever one of these channels tells of a change, and everything after a gap.
 * `onChange` hears each change, for what needs more than that.
 */
export function useLive(channels: readonly Channel[], onChange?: (change: Change) => void): FeedState {
  const feed = useFeed();
  const queries = useQueryClient();
  const names = channels.join(" ");
  const listener = useRef(onChange);
  useEffect(() => {
    listener.current = onChange;
  });
  useEffect(() => {
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      timer = undefined;
      const paths = [...touched];
      touched.clear();
      void refresh(queries, ...paths);
    };
    const stop = feed.onNews((news) => {
      const paths = touchedBy(news, names.split(" "));
      if ("change" in news && paths.length > 0) listener.current?.(news.change);
      for (const path of paths) touched.add(path);
      if (paths.length > 0) timer ??= setTimeout(ask, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [feed, queries, names]);
  return useFeedState();
}
