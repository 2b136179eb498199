// What happened to a recommendation, newest first: who, when, why, and what changed.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { happening } from "./decisions";

export function TimeLine({ recId }: { recId: number }) {
  const entries = useQuery(ask("/recommendations/{rec_id}/timeline", { path: { rec_id: recId } }));
  return (
    <Panel
      title="Time line"
      query={entries}
      isEmpty={(all) => all.length === 0}
      empty={{ words: "Nothing is on record of it." }}
      actions={
        <Link
          to="/audit"
          search={{ kind: "recommendation", thing: String(recId) }}
          className="text-sm text-accent hover:underline"
        >
          Audit
        </Link>
      }
    >
      {(all) => (
        <ol className="space-y-3">
          {all.toReversed().map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Entry({ entry }: { entry: Shape<"TimelineEntry"> }) {
  const { what, lines } = happening(entry);
  return (
    <li className="border-l-2 pl-3">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{what}</span>
        <span className="text-sm text-muted">
          by {entry.actor}, <Time at={entry.at} />
        </span>
      </div>
      {entry.notes && <p className="whitespace-pre-line">“{entry.notes}”</p>}
      {lines.map((line) => (
        <p key={line} className="text-sm wrap-break-word text-muted">
          {line}
        </p>
      ))}
    </li>
  );
}
