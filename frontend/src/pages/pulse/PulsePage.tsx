// Pulse: what a person opens in the morning. Rate now, today, open criticals, freshness, who contributes, what comes.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { together } from "@/ui/panel";
import { Contributors } from "./Contributors";
import { Criticals } from "./Criticals";
import { MOST_ESTIMATES } from "./estimates";
import { Freshness } from "./Freshness";
import { NextDays } from "./NextDays";
import { Now } from "./Now";
import { Today } from "./Today";

export function PulsePage() {
  useLive(["emissions", "alerts", "hotspots"]);
  const current = useQuery(ask("/emissions/current"));
  const estimates = useQuery(ask("/predictions", { query: { limit: MOST_ESTIMATES } }));
  const forecast = useQuery(ask("/emissions/forecast"));
  const criticals = useQuery(ask("/alerts", { query: { level: "critical", state: "firing", limit: 50 } }));
  const gaps = useQuery(ask("/data-quality/gaps"));
  const day = together({ current, estimates });
  return (
    <Page title="Pulse" about="The last 24 hours, and the week ahead.">
      <div className="grid gap-4 lg:grid-cols-3">
        <Now query={day} className="lg:col-span-2" />
        <div className="grid content-start gap-4 sm:grid-cols-2 lg:grid-cols-1">
          <Today query={together({ current, forecast })} />
          <Freshness query={together({ current, gaps })} />
        </div>
        <Criticals query={criticals} />
        <Contributors query={day} />
        <NextDays query={forecast} />
      </div>
    </Page>
  );
}
