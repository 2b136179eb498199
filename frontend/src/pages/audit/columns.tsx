// The columns of the trail.
import { changesOf, changeText, happened } from "@/lib/changes";
import { label } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import type { Entry } from "./filters";

export const COLUMNS: Column<Entry>[] = [
  {
    id: "action",
    header: "What",
    value: (entry) => entry.action,
    cell: (entry) => (
      <>
        <span className="font-medium">{happened(entry.action)}</span>
        {entry.position === null && <Badge tone="critical">not in the chain</Badge>}
      </>
    ),
    sortable: false,
  },
  {
    id: "thing",
    header: "Of",
    value: (entry) => `${label(entry.entity_type)} ${entry.entity_id}`,
    cell: (entry) => (
      <span className="wrap-anywhere">
        {label(entry.entity_type)} <span className="text-muted">{entry.entity_id}</span>
      </span>
    ),
    sortable: false,
  },
  { id: "actor", header: "By", value: (entry) => entry.user_id, sortable: false },
  {
    id: "when",
    header: "When",
    value: (entry) => entry.timestamp,
    cell: (entry) => <Time at={entry.timestamp} />,
    sortable: false,
  },
  {
    id: "why",
    header: "Why, or what changed",
    value: (entry) => summary(entry),
    cell: (entry) => <span className="line-clamp-2 wrap-anywhere text-muted">{summary(entry)}</span>,
    sortable: false,
  },
  {
    id: "position",
    header: "Position",
    value: (entry) => entry.position,
    align: "end",
    sortable: false,
    wideOnly: true,
  },
];

const MOST_NAMED = 3;

/** The reason where one was given; else the first things that changed of what was there before. */
export function summary({ notes, before, after }: Entry): string {
  if (notes) return notes;
  if (before === null) return "";
  const changes = changesOf(before, after);
  const more = changes.length > MOST_NAMED ? `; ${changes.length - MOST_NAMED} more` : "";
  return changes.slice(0, MOST_NAMED).map(changeText).join("; ") + more;
}
