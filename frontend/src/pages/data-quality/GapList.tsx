// Routes, sites and suppliers that have stopped reporting, each by its own rhythm.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { label, plural } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { Segments } from "@/ui/field";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { duration, GAP_STATES, sourceName } from "./quality";

type Gap = Shape<"Gap">;
type Status = (typeof GAP_STATES)[number];

interface Given {
  status: Status;
  onStatus: (status: Status) => void;
  onSupplier: (supplier: string) => void;
}

const COLUMNS: Column<Gap>[] = [
  { id: "entity", header: "Entity", value: (gap) => gap.entity },
  {
    id: "status",
    header: "State",
    value: (gap) => gap.status,
    cell: (gap) => <Badge tone={gap.status === "open" ? "warn" : "neutral"}>{label(gap.status)}</Badge>,
  },
  {
    id: "silent",
    header: "Silent for",
    value: (gap) => gap.silent_hours,
    cell: (gap) => duration(gap.silent_hours),
    align: "end",
  },
  {
    id: "usual",
    header: "Longest usual",
    value: (gap) => gap.longest_usual_hours,
    cell: (gap) => duration(gap.longest_usual_hours),
    align: "end",
  },
  {
    id: "told",
    header: "In words",
    value: (gap) => gap.sentence,
    cell: (gap) => <span className="whitespace-normal">{gap.sentence}</span>,
    sortable: false,
    wideOnly: true,
  },
  {
    id: "last",
    header: "Last report",
    value: (gap) => gap.last_report_at,
    cell: (gap) => <Time at={gap.last_report_at} />,
  },
  { id: "source", header: "Source", value: (gap) => sourceName(gap.source), wideOnly: true },
];
const idOf = (gap: Gap) => `${gap.entity_type} ${gap.entity} ${gap.event_type} ${gap.last_report_at}`;

export function GapList({ status, onStatus, onSupplier }: Given) {
  const query = useQuery(ask("/data-quality/gaps", { query: status === "all" ? {} : { status } }));
  return (
    <Panel
      title="Gaps"
      query={query}
      actions={
        <Segments
          label="Which gaps"
          value={status}
          onValue={onStatus}
          options={GAP_STATES.map((value) => ({ value, label: label(value) }))}
        />
      }
      isEmpty={({ gaps }) => gaps.length === 0}
      empty={{ words: emptyWords(query.data) }}
      partial={({ gaps, gaps_total, reason }) =>
        gaps.length < gaps_total ? `The first ${gaps.length} of ${gaps_total} are shown.` : reason
      }
    >
      {({ gaps }) => (
        <DataTable
          label="Gaps"
          columns={COLUMNS}
          rows={gaps}
          rowId={idOf}
          onOpen={(gap) => gap.supplier_id && onSupplier(gap.supplier_id)}
        />
      )}
    </Panel>
  );
}

/** That nothing was found is only good where something was judged. */
export function emptyWords(gaps: Shape<"Gaps"> | undefined): string {
  if (!gaps) return "";
  const judged =
    gaps.judged > 0
      ? `${plural(gaps.judged, "rhythm")} judged, no gap among them.`
      : "No rhythm could be judged yet.";
  return gaps.reason ? `${judged} ${gaps.reason}` : judged;
}
