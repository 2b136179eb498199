// How new what is shown is: the last estimate, events that could not be estimated, who stopped reporting.
import { Link } from "@tanstack/react-router";
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
          <dt className="text-muted">Newest estimate</dt>
          <dd className="text-right">
            <Time at={current.last_updated} />
          </dd>
          <dt className="text-muted">Events in 24 hours</dt>
          <dd className="text-right">{current.prediction_count.toLocaleString("en-GB")}</dd>
          <dt className="text-muted">Without an estimate</dt>
          <dd className="text-right">{current.unestimated_count.toLocaleString("en-GB")}</dd>
          <dt className="text-muted">Stopped reporting</dt>
          <dd className="text-right">
            {gaps.gaps_total === 0 ? (
              <Tip words={gaps.reason ?? "Every source reports as often as it did before."}>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason shows on focus too */}
                <span tabIndex={0} className="rounded-sm">
                  {gaps.judged ? "none" : "not judged yet"}
                </span>
              </Tip>
            ) : (
              <Link to="/data-quality">
                <Badge tone="warn">{plural(gaps.gaps_total, "source")}</Badge>
              </Link>
            )}
          </dd>
        </dl>
      )}
    </Panel>
  );
}
