// The columns of the queue.
import { Badge } from "@/ui/badge";
import { Mass } from "@/ui/figure";
import { State } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import { basisOfSaving, paybackText, type Recommendation } from "./decisions";

export const COLUMNS: Column<Recommendation>[] = [
  {
    id: "title",
    header: "Measure",
    value: (row) => row.title,
    cell: (row) => (
      <div className="min-w-0">
        <div className="font-medium">{row.title}</div>
        {row.returns_because && <Badge tone="info">back: {row.returns_because}</Badge>}
      </div>
    ),
  },
  { id: "entity", header: "Entity", value: (row) => row.supplier_id },
  { id: "status", header: "Status", value: (row) => row.status, cell: (row) => <State state={row.status} /> },
  {
    id: "saving",
    header: "Saving in 28 days",
    value: (row) => row.co2_reduction,
    cell: (row) => <Mass kg={row.co2_reduction} basis={basisOfSaving(row)} />,
    align: "end",
  },
  {
    id: "payback",
    header: "Payback",
    value: (row) => row.payback_months,
    cell: (row) => paybackText(row.payback_months),
    align: "end",
    wideOnly: true,
  },
  {
    id: "assignee",
    header: "Assigned to",
    value: (row) => row.assignee,
    cell: (row) => row.assignee ?? <span className="text-muted">nobody</span>,
    wideOnly: true,
  },
  {
    id: "created",
    header: "Proposed",
    value: (row) => row.created_at,
    cell: (row) => <Time at={row.created_at} />,
  },
];
