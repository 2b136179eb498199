// The score by source, the worst first; one that is opened shows its parts.
import type { Shape } from "@/api/types";
import { percent } from "@/lib/format";
import { Dialog } from "@/ui/dialog";
import { type Asked, Panel } from "@/ui/panel";
import { type Column, sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { Parts, Reasons } from "./Parts";
import { scoreText, sourceName } from "./quality";

type Source = Shape<"SourceQuality">;

interface Given {
  query: Asked<Shape<"OverallQuality">>;
  openId: string;
  onOpen: (source: string) => void;
  sort: string;
  onSort: (sort: string) => void;
}

const share = (pct: number | null) => (pct === null ? "–" : percent(pct));
const idOf = (row: Source) => sourceName(row.source);

const COLUMNS: Column<Source>[] = [
  { id: "source", header: "Source", value: idOf },
  { id: "score", header: "Score", value: (row) => row.score, align: "end" },
  {
    id: "why",
    header: "Cost the most",
    value: (row) => row.reasons[0],
    cell: (row) => <span className="whitespace-normal">{row.reasons[0] ?? "nothing"}</span>,
    sortable: false,
  },
  {
    id: "complete",
    header: "Complete",
    value: (row) => row.completeness_pct,
    cell: (row) => share(row.completeness_pct),
    align: "end",
    wideOnly: true,
  },
  {
    id: "estimated",
    header: "Simulated or filled",
    value: (row) => row.estimated_pct,
    cell: (row) => share(row.estimated_pct),
    align: "end",
    wideOnly: true,
  },
  {
    id: "rows",
    header: "Rows",
    value: (row) => row.total_rows,
    cell: (row) => row.total_rows.toLocaleString("en-GB"),
    align: "end",
  },
  {
    id: "rejected",
    header: "Rejected",
    value: (row) => row.rejected_rows,
    align: "end",
    wideOnly: true,
  },
  {
    id: "at",
    header: "Newest row",
    value: (row) => row.last_updated,
    cell: (row) => <Time at={row.last_updated} />,
  },
];

export function Sources({ query, openId, onOpen, sort, onSort }: Given) {
  const open = query.data?.sources.find((source) => idOf(source) === openId);
  return (
    <>
      <Panel
        title="By source"
        query={query}
        isEmpty={(all) => all.sources.length === 0}
        empty={{ words: "No source delivered in the last seven days." }}
      >
        {(all) => (
          <DataTable
            label="Quality by source"
            columns={COLUMNS}
            rows={all.sources}
            rowId={idOf}
            onOpen={(row) => onOpen(idOf(row))}
            openId={openId}
            sort={sortOf(sort)}
            onSort={(order) => onSort(sortText(order))}
            pageKeys
          />
        )}
      </Panel>
      <Dialog
        open={open !== undefined}
        onOpenChange={(now) => !now && onOpen("")}
        title={open ? idOf(open) : ""}
        about={open ? `Score ${scoreText(open.score)}` : undefined}
        side="right"
      >
        {open && (
          <div className="space-y-4">
            <Parts of={open} />
            <Reasons reasons={open.reasons} />
          </div>
        )}
      </Dialog>
    </>
  );
}
