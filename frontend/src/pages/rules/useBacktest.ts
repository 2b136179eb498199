// A policy replayed over what is stored: asked once for each policy, and kept while another one is replayed.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { send } from "@/api/client";
import type { Shape } from "@/api/types";
import { useSettled } from "@/lib/settled";

export type Replayed = Shape<"BacktestAnswer">;
type Request = Shape<"BacktestRequest">;

export function useBacktest(request: Request) {
  // dragging is many values, and each replay reads months of events
  const asked = useSettled(JSON.stringify(request));
  const query = useQuery({
    // not under its path: a hotspot that opens is no reason to read months of events again
    queryKey: ["backtest", asked],
    queryFn: async ({ signal }) =>
      (
        await send<"post", "/hotspots/backtest">(
          "post",
          "/hotspots/backtest",
          { body: JSON.parse(asked) },
          signal,
        )
      ).data,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  return { query, behind: query.isPlaceholderData || asked !== JSON.stringify(request) };
}
