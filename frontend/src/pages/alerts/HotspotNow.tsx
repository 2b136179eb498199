// The hotspot that an alert is about, as it stands now: an alert's own words are those of its last change.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { against } from "@/lib/sentence";
import { BasisBadge, Mass } from "@/ui/figure";
import { Panel, together } from "@/ui/panel";
import { State } from "@/ui/severity";
import { Time } from "@/ui/time";
import { figuresOf, type Told } from "./figures";

/** Enough to hold the worst event of all but very long ones. */
const NEWEST = 100;

export function HotspotNow({ id }: { id: number }) {
  const path = { hotspot_id: id };
  const hotspot = useQuery(ask("/hotspots/{hotspot_id}", { path }));
  const events = useQuery(ask("/hotspots/{hotspot_id}/events", { path, query: { limit: NEWEST } }));
  return (
    <Panel
      title="Its hotspot now"
      lines={3}
      query={together({ hotspot, events })}
      actions={
        <Link
          to="/hotspots/$hotspotId"
          params={{ hotspotId: String(id) }}
          className="text-sm text-accent underline"
        >
          Why: the hotspot
        </Link>
      }
    >
      {(now) => (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          <dt className="text-muted">It is</dt>
          <dd>
            <State state={now.hotspot.status} />
          </dd>
          {figuresOf(now.hotspot, now.events).map((told) => (
            <Line key={told.what} told={told} />
          ))}
        </dl>
      )}
    </Panel>
  );
}

function Line({ told: { what, at, kg, typicalKg, basis } }: { told: Told }) {
  return (
    <>
      <dt className="text-muted">{what}</dt>
      <dd className="min-w-0">
        <Mass kg={kg} /> {basis && <BasisBadge basis={basis} />}{" "}
        {typicalKg === null ? (
          <span className="text-muted">nothing to compare with</span>
        ) : (
          <span>
            where <Mass kg={typicalKg} /> is typical{kg !== null && ` (${against(kg, typicalKg)})`}
          </span>
        )}
        <span className="text-muted">
          , <Time at={at} missing="at a time not known" />
        </span>
        {basis === null && (
          <span className="text-muted"> Measured or estimated: the hotspot’s page says it.</span>
        )}
      </dd>
    </>
  );
}
