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
        <span className="font-medium">{whatOf(entry)}</span>
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

/** What happened; "Recommendation: none" where it is the word of another kind of thing than the one it is kept of. */
export function whatOf({ action, entity_type }: Pick<Entry, "action" | "entity_type">): string {
  const [kind = "", ...rest] = action.split(".");
  const own = rest.length === 0 || kind === entity_type || kind === `${entity_type}s`;
  return own ? happened(action) : `${label(kind)}: ${happened(action).toLowerCase()}`;
}

/** The reason where one was given; else the first things that changed of what was there before; null: neither. */
export function summary({ notes, metadata, before, after }: Entry): string | null {
  if (notes) return notes;
  if (typeof metadata.reason === "string") return metadata.reason;
  if (before === null) return null;
  const changes = changesOf(before, after);
  const more = changes.length > MOST_NAMED ? `; ${changes.length - MOST_NAMED} more` : "";
  return changes.slice(0, MOST_NAMED).map(changeText).join("; ") + more;
}
