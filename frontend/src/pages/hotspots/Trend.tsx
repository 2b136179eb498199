// The trend of a row. Asked for each row that can be seen: the API has no list of trends.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import { Sparkline } from "@/charts/Sparkline";
import { TREND_EVENTS, trendOf } from "./ratios";
import type { Hotspot } from "./words";

/** A spark may be a little old; a screen of rows asked again at every change would be a burst. */
const FRESH_MS = 5 * 60_000;

export function Trend({ hotspot: { entity, event_type } }: { hotspot: Hotspot }) {
  const type = event_type as "logistics" | "delivery" | "factory" | "warehouse";
  const query = useQuery({
    ...ask("/predictions", { query: { entity, event_type: type, limit: TREND_EVENTS } }),
    staleTime: FRESH_MS,
    refetchInterval: false,
  });
  if (query.isPending) {
    return (
      <span role="status" className="inline-block h-4 w-20 skeleton">
        <span className="sr-only">Loading the trend</span>
      </span>
    );
  }
  const trend = query.data ? trendOf(query.data) : null;
  if (!trend) {
    return <span className="text-muted">{query.error ? "not loaded" : "not known"}</span>;
  }
  return <Sparkline values={trend.ratios} sentence={trend.sentence} />;
}
