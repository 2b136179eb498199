// How new what is shown is: the last estimate, events that could not be estimated, who stopped reporting.
import { Link } from "@tanstack/react-router";
import { absolute } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { type Asked, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { Tip } from "@/ui/tip";
import type { Arrivals } from "./model";

export function Freshness({ query }: { query: Asked<Arrivals> }) {
  return (
    <Panel title="Freshness" query={query}>
      {({ current, gaps }) => (
        <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
          <dt className="text-muted">Newest estimate made</dt>
          <dd className="text-right">
            {current.last_updated ? <Time at={current.last_updated} /> : "never"}
          </dd>
          <dt className="text-muted">Events in 24 hours</dt>
          <dd className="text-right">
            <Explained
              words={`Dated ${absolute(new Date(current.window_start))} or later, as hours are summed whole.`}
            >
              {current.prediction_count.toLocaleString("en-GB")}
            </Explained>
          </dd>
          <dt className="text-muted">Without an estimate</dt>
          <dd className="text-right">{current.unestimated_count.toLocaleString("en-GB")}</dd>
          <dt className="text-muted">Stopped reporting</dt>
          <dd className="text-right">
            {gaps.gaps_total > 0 ? (
              <Link to="/data-quality">
                <Badge tone="warn">
                  {gaps.gaps_total} of {plural(gaps.judged, "source")}
                </Badge>
              </Link>
            ) : (
              <Explained words={whyNone(gaps)}>
                {gaps.judged ? `none of ${plural(gaps.judged, "source")}` : "not judged yet"}
              </Explained>
            )}
          </dd>
        </dl>
      )}
    </Panel>
  );
}

function whyNone({ judged, young, reason }: Arrivals["gaps"]): string {
  const tooYoung = young ? ` Of ${plural(young, "other")} too little is known yet.` : "";
  const usual = judged ? "Each reports about as often as it did before." : "";
  return reason ?? `${usual}${tooYoung}`.trim();
}

function Explained({ words, children }: { words: string; children: string }) {
  return (
    <Tip words={words}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason shows on focus too */}
      <span tabIndex={0} className="rounded-sm">
        {children}
      </span>
    </Tip>
  );
}
