// Past episodes of the same entity, and how they ended.
import { Link } from "@tanstack/react-router";
import { change } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Mass } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { Severity, State } from "@/ui/severity";
import { Time } from "@/ui/time";
import { excessWords, TYPICAL } from "./bases";
import type { Card } from "./Why";
import { kindWord } from "./words";

export function Similar({ query }: { query: Asked<Card> }) {
  return (
    <Panel
      title="Similar ones before"
      query={query}
      lines={2}
      className="lg:col-span-2"
      isEmpty={({ similar }) => similar.length === 0}
      empty={{ words: "It is the first of its kind here." }}
    >
      {({ similar }) => (
        <ul className="divide-y">
          {similar.map((each) => (
            <li
              key={each.id}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0"
            >
              <Link
                to="/hotspots/$hotspotId"
                params={{ hotspotId: String(each.id) }}
                className="font-medium hover:underline"
              >
                {kindWord(each.kind)} {each.id}
              </Link>
              <Severity level={each.severity} />
              <State state={each.status} />
              <span>
                {change(each.percent_above)}, {excessWords(each.excess_kg).toLowerCase()}{" "}
                <Mass
                  kg={each.excess_kg === null ? null : Math.abs(each.excess_kg)}
                  basis={each.excess_kg === null ? undefined : TYPICAL}
                />
                , {plural(each.event_count, "event")}
              </span>
              <span className="text-sm text-muted">
                last sign <Time at={each.last_event_at} />
                {ending(each)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** "; ended: back to usual; not a problem": what is known of its end. */
export function ending({ resolved_reason, verdict }: Card["similar"][number]): string {
  const said = verdict === "useful" ? "a real problem" : verdict === "not_a_problem" ? "not a problem" : null;
  return [resolved_reason && `ended: ${resolved_reason}`, said]
    .map((each) => (each ? `; ${each}` : ""))
    .join("");
}
