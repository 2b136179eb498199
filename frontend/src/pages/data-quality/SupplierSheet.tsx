// One supplier: its score, day by day, and its routes and sites, the worst first.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { LineChart } from "@/charts/LineChart";
import { shortDay } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Parts, Reasons } from "./Parts";
import { scoreText } from "./quality";

type Quality = Shape<"SupplierQuality">;
type Entity = Shape<"EntityQuality">;

const COLUMNS: Column<Entity>[] = [
  { id: "entity", header: "Entity", value: (row) => row.entity },
  { id: "type", header: "Type", value: (row) => label(row.entity_type) },
  { id: "score", header: "Score", value: (row) => row.score, align: "end" },
  {
    id: "why",
    header: "Cost the most",
    value: (row) => row.reasons[0],
    cell: (row) => <span className="whitespace-normal">{row.reasons[0] ?? "nothing"}</span>,
    sortable: false,
  },
];
const idOf = (row: Entity) => `${row.entity_type} ${row.entity}`;

export function SupplierSheet({ supplier, onClose }: { supplier: string; onClose: () => void }) {
  return (
    <Dialog
      open={supplier !== ""}
      onOpenChange={(open) => !open && onClose()}
      title={supplier}
      about="Quality of what this supplier sends"
      side="right"
    >
      {supplier !== "" && <Content supplier={supplier} />}
    </Dialog>
  );
}

function Content({ supplier }: { supplier: string }) {
  const query = useQuery(ask("/data-quality/{supplier_id}", { path: { supplier_id: supplier } }));
  return (
    <div className="space-y-4">
      <Panel title="Score" query={query}>
        {(data) => (
          <div className="space-y-3">
            <p>
              {scoreText(data.score)}, {plural(data.total_rows, "row")}
            </p>
            <Parts of={data} />
            <Reasons reasons={data.reasons} />
            {data.days.length > 1 && <Days days={data.days} />}
          </div>
        )}
      </Panel>
      <Panel
        title="Routes and sites"
        query={query}
        isEmpty={({ entities }) => entities.length === 0}
        empty={{ words: "None is named in its rows." }}
        partial={({ entities, entities_total }) =>
          entities.length < entities_total
            ? `The worst ${entities.length} of ${entities_total} are shown.`
            : null
        }
      >
        {({ entities }) => (
          <DataTable
            label="Routes and sites"
            columns={COLUMNS}
            rows={entities}
            rowId={idOf}
            maxHeight="22rem"
          />
        )}
      </Panel>
    </div>
  );
}

function Days({ days }: { days: Quality["days"] }) {
  const ordered = [...days].sort((a, b) => a.window_start.localeCompare(b.window_start));
  const scores = ordered.map(({ score }) => score);
  return (
    <LineChart
      title="Score by day of arrival"
      sentence={daysInWords(scores)}
      axis={{ label: "Day", ticks: ordered.map(({ window_start }) => shortDay(new Date(window_start))) }}
      unit="points"
      series={[{ label: "Score", values: scores }]}
      height={140}
    />
  );
}

/** What the line shows, in a sentence. */
export function daysInWords(scores: readonly (number | null)[]): string {
  const known = scores.filter((score) => score !== null);
  if (known.length === 0) return "No day has a score.";
  return `Score by day: from ${scoreText(Math.min(...known))} to ${scoreText(Math.max(...known))}, last ${scoreText(scores.at(-1) ?? null)}.`;
}
