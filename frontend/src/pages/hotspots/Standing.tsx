// How many hotspots are active, by severity: each number filters the list below.
import { Link } from "@tanstack/react-router";
import type { Shape } from "@/api/types";
import { label, plural } from "@/lib/sentence";
import { type Asked, Panel } from "@/ui/panel";
import { Severity } from "@/ui/severity";

type Stats = Shape<"HotspotStats">;
const SHOWN = ["critical", "warn", "info"] as const;

export function Standing({ query }: { query: Asked<Stats> }) {
  return (
    <Panel
      title="Active now"
      query={query}
      lines={1}
      isEmpty={({ total }) => total === 0}
      empty={{ words: "No hotspot is active: nothing stands out from what is typical." }}
    >
      {(stats) => (
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          {SHOWN.map((level) => (
            <Link
              key={level}
              to="/hotspots"
              search={{ level }}
              className="inline-flex items-center gap-2 rounded-sm hover:underline"
            >
              <span className="text-lg font-semibold">
                {(stats.by_severity[level] ?? 0).toLocaleString("en-GB")}
              </span>
              <Severity level={level} />
            </Link>
          ))}
          <span className="text-sm text-muted">{byEntityType(stats)}</span>
        </div>
      )}
    </Panel>
  );
}

/** "1 route, 2 factories": types of entity without any are left out. */
export function byEntityType({ by_entity_type }: Stats): string {
  const some = Object.entries(by_entity_type).filter(([, count]) => count > 0);
  return some.map(([type, count]) => plural(count, label(type).toLowerCase(), many(type))).join(", ");
}

function many(type: string): string {
  return type.endsWith("y") ? `${type.slice(0, -1)}ies` : `${type}s`;
}
