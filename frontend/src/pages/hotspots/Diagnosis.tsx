// The diagnosis: the root cause in a sentence, and what each cause would take away.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { massText } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { type Asked, Panel } from "@/ui/panel";
import { effectsOf, summaryOf } from "./causes";

type Found = Shape<"HotspotDiagnosis"> | null;

export function Diagnosis({ hotspotId }: { hotspotId: number }) {
  const query = useQuery(ask("/hotspots/{hotspot_id}/diagnosis", { path: { hotspot_id: hotspotId } }));
  return (
    <Panel
      title="Diagnosis"
      query={orNothing(query)}
      isEmpty={(found) => found === null}
      empty={{ words: "It is not diagnosed yet; that takes about a minute from when it opened." }}
      partial={(found) => remoteInWords(found)}
    >
      {(found) => found && <Told diagnosis={found} />}
    </Panel>
  );
}

/** "Not found" is an answer here: there is no diagnosis yet. */
function orNothing(query: Asked<Shape<"HotspotDiagnosis">>): Asked<Found> {
  return query.error?.status === 404 ? { ...query, data: null, error: null } : query;
}

/** What the separate service still owes; null where nothing is missing. */
export function remoteInWords(found: Found): string | null {
  if (found?.remote === "waiting") return "The separate recommendation service has not answered yet.";
  if (found?.remote === "failed")
    return `The separate recommendation service failed: ${found.remote_detail ?? "it did not say why"}`;
  return null;
}

function Told({ diagnosis }: { diagnosis: Shape<"HotspotDiagnosis"> }) {
  const effects = effectsOf(diagnosis);
  const largest = Math.max(0, ...effects.map(({ kg }) => Math.abs(kg)));
  return (
    <div className="space-y-3">
      <p className="max-w-prose">
        <Badge tone="accent">{label(diagnosis.cause)}</Badge> {diagnosis.root_cause}
      </p>
      <Summary diagnosis={diagnosis} />
      {effects.length > 0 && (
        <table className="w-full text-sm">
          <caption className="pb-1 text-left text-muted">
            What each cause adds; they overlap, so they do not add up
          </caption>
          <tbody>
            {effects.map(({ cause, kg }) => (
              <tr key={cause}>
                <th scope="row" className="w-28 py-1 pr-2 text-left font-normal">
                  {label(cause)}
                </th>
                <td aria-hidden className="py-1">
                  <div
                    className={`h-1.5 rounded-full ${kg < 0 ? "bg-series-1" : "bg-series-2"}`}
                    style={{ width: `${(Math.abs(kg) / largest) * 100}%` }}
                  />
                </td>
                <td className="w-24 py-1 pl-2 text-right whitespace-nowrap">{massText(kg)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** What a language model made of it, apart from the engine's own words. */
function Summary({ diagnosis }: { diagnosis: Shape<"HotspotDiagnosis"> }) {
  const summary = summaryOf(diagnosis);
  if (summary === null) return null;
  return (
    <div className="rounded-md border p-3 text-sm">
      <p className="max-w-prose">{summary.text}</p>
      <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
        <Badge tone={summary.status === "grounded" ? "good" : "warn"}>{label(summary.status)}</Badge>
        Written by {summary.model ?? "a language model"}; sources and numbers are checked, not whether it is
        true.
      </p>
    </div>
  );
}
