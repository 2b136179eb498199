// Critical alerts that fire now, newest first.
import { Link } from "@tanstack/react-router";
import type { Shape } from "@/api/types";
import { useHeld } from "@/lib/held";
import { plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { type Asked, Panel } from "@/ui/panel";
import { Severity, State } from "@/ui/severity";
import { Time } from "@/ui/time";

type Alert = Shape<"Alert">;
const MOST_SHOWN = 5;
const idOf = (alert: Alert) => alert.id;
const NONE: Alert[] = [];

export function Criticals({ query }: { query: Asked<Alert[]> }) {
  const held = useHeld(query.data ?? NONE, idOf);
  return (
    <Panel
      title="Open criticals"
      query={query}
      isEmpty={(alerts) => alerts.length === 0}
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
          {held.rows.slice(0, MOST_SHOWN).map((alert) => (
            <Row key={alert.id} alert={alert} />
          ))}
          {held.rows.length > MOST_SHOWN && (
            <li className="pt-2">
              <Link to="/alerts" className="text-accent underline">
                {plural(held.rows.length - MOST_SHOWN, "more alert")}
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
