// What the tried policy would have opened, the newest first.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Mass } from "@/ui/figure";
import { Severity } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";

type Episode = Shape<"BacktestEpisode">;
const rowId = ({ entity, event_type, opened, kind }: Episode) => `${entity} ${event_type} ${opened} ${kind}`;

const COLUMNS: readonly Column<Episode>[] = [
  {
    id: "entity",
    header: "Entity",
    value: ({ entity }) => entity,
    cell: ({ entity, kind }) => (
      <>
        {entity}
        <span className="block text-sm text-muted">{label(kind)}</span>
      </>
    ),
  },
  {
    id: "severity",
    header: "Severity",
    value: ({ severity }) => severity,
    cell: ({ severity }) => <Severity level={severity} />,
  },
  {
    id: "opened",
    header: "Opened",
    value: ({ opened }) => opened,
    cell: ({ opened }) => <Time at={opened} />,
  },
  {
    id: "ended",
    header: "Last sign",
    value: ({ ended }) => ended,
    cell: ({ ended }) => <Time at={ended} missing="goes on" />,
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
    header: "Worst",
    value: ({ ratio }) => ratio,
    cell: ({ ratio }) => `${number(ratio)} × typical`,
    align: "end",
  },
];

export function Episodes({ rows }: { rows: readonly Episode[] }) {
  return <DataTable label="Episodes" columns={COLUMNS} rows={rows} rowId={rowId} maxHeight="24rem" />;
}
