// All ingests, the newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import { type Column, sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { type ListedJob, outcome, runs } from "./jobs";
import { Progress } from "./Progress";

interface Given {
  openId: string;
  onOpen: (jobId: string) => void;
  sort: string;
  onSort: (sort: string) => void;
}

const COLUMNS: Column<ListedJob>[] = [
  {
    id: "file",
    header: "File",
    value: (job) => job.filename,
    cell: (job) => <span className="break-all">{job.filename ?? "sent without a file"}</span>,
  },
  { id: "state", header: "State", value: (job) => job.status, cell: (job) => <State state={job.status} /> },
  {
    id: "outcome",
    header: "Outcome",
    value: (job) => outcome(job),
    cell: (job) => (runs(job) ? <Progress job={job} /> : outcome(job)),
    sortable: false,
  },
  { id: "rejected", header: "Rejected", value: (job) => job.rows_rejected, align: "end", wideOnly: true },
  { id: "source", header: "Source", value: (job) => job.source },
  { id: "at", header: "Begun", value: (job) => job.created_at, cell: (job) => <Time at={job.created_at} /> },
];
const idOf = (job: ListedJob) => job.job_id;

export function JobList({ openId, onOpen, sort, onSort }: Given) {
  const query = useInfiniteQuery(askPages("/api/v1/ingest/jobs", { query: { limit: 50 } }));
  const held = useHeld(rowsOf(query.data), idOf, sort);
  return (
    <Panel
      title="Ingests"
      query={query}
      isEmpty={(data) => rowsOf(data).length === 0}
      empty={{ words: "Nothing was imported yet. Drop a file above." }}
    >
      {() => (
        <DataTable
          label="Ingests"
          columns={COLUMNS}
          rows={held.rows}
          rowId={idOf}
          waiting={held}
          openId={openId}
          onOpen={(job) => onOpen(job.job_id)}
          sort={sortOf(sort)}
          onSort={(order) => onSort(sortText(order))}
          more={moreOf(query)}
          pageKeys
        />
      )}
    </Panel>
  );
}
