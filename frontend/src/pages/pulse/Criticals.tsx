// Critical alerts that fire now, newest first.
import type { InfiniteData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Page, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useHeld } from "@/lib/held";
import { plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { type Asked, Panel } from "@/ui/panel";
import { Severity, State } from "@/ui/severity";
import { Time } from "@/ui/time";

type Alert = Shape<"Alert">;
type Alerts = InfiniteData<Page<Alert>, unknown>;
const MOST_SHOWN = 3;
const idOf = (alert: Alert) => alert.id;

export function Criticals({ query }: { query: Asked<Alerts> }) {
  const alerts = useMemo(() => rowsOf(query.data), [query.data]);
  const held = useHeld(alerts, idOf);
  const shown = held.rows.slice(0, MOST_SHOWN);
  const total = query.data?.pages[0]?.total ?? alerts.length;
  const more = total - held.waiting - shown.length;
  return (
    <Panel
      title="Open criticals"
      query={query}
      isEmpty={() => alerts.length === 0}
      empty={{
        words: "No critical alert fires.",
        next: (
          <Link to="/alerts" className="text-accent underline">
            All alerts
          </Link>
        ),
      }}
      actions={
        held.waiting > 0 && (
          <Button look="solid" onClick={held.show}>
            {held.waiting} new
          </Button>
        )
      }
    >
      {() => (
        <ul className="divide-y">
          {shown.map((alert) => (
            <Row key={alert.id} alert={alert} />
          ))}
          {more > 0 && (
            <li className="pt-2">
              <Link to="/alerts" search={{ level: "critical" }} className="text-accent underline">
                {plural(more, "more alert")}
              </Link>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}

function Row({ alert }: { alert: Alert }) {
  return (
    <li className="space-y-1 py-2 first:pt-0 last:pb-0">
      <div className="flex items-center gap-2">
        <Severity level={alert.level} />
        {alert.acknowledged && <State state="acknowledged" />}
        <span className="ml-auto text-sm text-muted">
          <Time at={alert.created_at} />
        </span>
      </div>
      {alert.hotspot_id === null ? (
        <p>{alert.message}</p>
      ) : (
        <Link
          to="/hotspots/$hotspotId"
          params={{ hotspotId: String(alert.hotspot_id) }}
          className="block hover:underline"
        >
          {alert.message}
        </Link>
      )}
    </li>
  );
}
