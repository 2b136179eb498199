// Pulse: what a person opens in the morning. Rate now, day and month, open criticals, freshness, who contributes, what
// comes.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ask, askPages } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { together } from "@/ui/panel";
import { Contributors } from "./Contributors";
import { Criticals } from "./Criticals";
import { Freshness } from "./Freshness";
import { MonthSoFar } from "./MonthSoFar";
import { NextDays } from "./NextDays";
import { Now } from "./Now";
import { Today } from "./Today";

const FIRING = { level: "critical", state: "firing", limit: 50 } as const;

export function PulsePage() {
  useLive(["emissions", "alerts", "hotspots"]);
  const current = useQuery(ask("/emissions/current"));
  const series = useQuery(ask("/emissions/series", { query: { hours: 24 } }));
  const forecast = useQuery(ask("/emissions/forecast"));
  const progress = useQuery(ask("/targets/progress"));
  const criticals = useInfiniteQuery(askPages("/alerts", { query: FIRING }));
  const gaps = useQuery(ask("/data-quality/gaps"));
  return (
    <Page title="Pulse" about="The last 24 hours, and the week ahead.">
      <div className="grid items-start gap-4 lg:grid-cols-3">
        <div className="grid min-w-0 items-start gap-4 lg:col-span-2 lg:grid-cols-2">
          <Now query={together({ current, series })} className="lg:col-span-2" />
          <Criticals query={criticals} />
          <Contributors />
        </div>
        <div className="grid min-w-0 content-start items-start gap-4 sm:grid-cols-2 lg:grid-cols-1">
          <Today query={together({ current, forecast, progress })} />
          <MonthSoFar query={together({ current, progress })} />
          <Freshness query={together({ current, gaps })} />
          <NextDays query={forecast} />
        </div>
      </div>
    </Page>
  );
}
