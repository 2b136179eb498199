// What the tried policy would have opened, the newest first.
import type { Shape } from "@/api/types";
import { absolute, number } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Mass } from "@/ui/figure";
import { Severity } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";

type Episode = Shape<"BacktestEpisode">;
const rowId = ({ entity, event_type, opened, kind }: Episode) => `${entity} ${event_type} ${opened} ${kind}`;

const COLUMNS: readonly Column<Episode>[] = [
  { id: "entity", header: "Entity", value: ({ entity }) => entity },
  {
    id: "severity",
    header: "Severity",
    value: ({ severity }) => severity,
    cell: ({ severity }) => <Severity level={severity} />,
  },
  { id: "kind", header: "Kind", value: ({ kind }) => label(kind) },
  {
    id: "opened",
    header: "Opened",
    value: ({ opened }) => opened,
    cell: ({ opened }) => absolute(new Date(opened)),
  },
  {
    id: "ended",
    header: "Last sign",
    value: ({ ended }) => ended,
    cell: ({ ended }) => (ended ? absolute(new Date(ended)) : <span className="text-muted">goes on</span>),
    wideOnly: true,
  },
  { id: "events", header: "Events", value: ({ event_count }) => event_count, align: "end" },
  {
    id: "excess",
    header: "Excess",
    value: ({ excess_kg }) => excess_kg,
    cell: ({ excess_kg }) => <Mass kg={excess_kg} />,
    align: "end",
  },
  {
    id: "ratio",
    header: "Worst, × typical",
    value: ({ ratio }) => ratio,
    cell: ({ ratio }) => number(ratio),
    align: "end",
  },
];

export function Episodes({ rows }: { rows: readonly Episode[] }) {
  return <DataTable label="Episodes" columns={COLUMNS} rows={rows} rowId={rowId} maxHeight="24rem" />;
}
