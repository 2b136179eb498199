// The rows that a job did not take, with the reasons, and all of them as a file.
import { useInfiniteQuery } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useState } from "react";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { useToast } from "@/ui/toast";
import { problemText } from "./jobs";
import { saveRejected } from "./rejected";

type Row = Shape<"RejectedRow">;

const COLUMNS: Column<Row>[] = [
  { id: "line", header: "Line", value: (row) => row.line, align: "end" },
  {
    id: "why",
    header: "Why",
    value: (row) => row.problems.map(problemText).join(" "),
    cell: (row) => <span className="whitespace-normal">{row.problems.map(problemText).join(" ")}</span>,
  },
];
const idOf = (row: Row) => String(row.id);

export function RejectedRows({ jobId, total }: { jobId: string; total: number }) {
  const query = useInfiniteQuery(
    askPages("/api/v1/ingest/jobs/{job_id}/errors", { path: { job_id: jobId }, query: { limit: 100 } }),
  );
  return (
    <Panel
      title="Rejected rows"
      query={query}
      isEmpty={(data) => rowsOf(data).length === 0}
      empty={{ words: "The rejected rows of this job are not kept any more." }}
      actions={<Save jobId={jobId} />}
    >
      {(data) => (
        <DataTable
          label="Rejected rows"
          columns={COLUMNS}
          rows={rowsOf(data)}
          rowId={idOf}
          more={{ ...moreOf(query), total }}
          maxHeight="22rem"
        />
      )}
    </Panel>
  );
}

function Save({ jobId }: { jobId: string }) {
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const problem = await saveRejected(jobId);
    setBusy(false);
    if (problem) toast.complain(problem.message, problem.remedy);
  };
  return (
    <Button icon={FileDown} busy={busy} onClick={() => void save()}>
      Save to mend
    </Button>
  );
}
