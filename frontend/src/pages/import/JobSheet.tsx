// One ingest: how far it is, what came of it, the rows it rejected, and what can be done with it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { plural } from "@/lib/sentence";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import { Time } from "@/ui/time";
import { JobActions } from "./JobActions";
import { type Job, LOOK_MS, outcome, runs } from "./jobs";
import { Progress } from "./Progress";
import { RejectedRows } from "./RejectedRows";

interface Given {
  /** Empty: none is open. */
  jobId: string;
  onClose: () => void;
}

export function JobSheet({ jobId, onClose }: Given) {
  return (
    <Dialog open={jobId !== ""} onOpenChange={(open) => !open && onClose()} title="Ingest" side="right">
      {jobId !== "" && <Content jobId={jobId} />}
    </Dialog>
  );
}

function Content({ jobId }: { jobId: string }) {
  const job = useQuery({
    ...ask("/api/v1/ingest/status/{job_id}", { path: { job_id: jobId } }),
    // the live feed tells of each part; between two of them, and without it, this looks
    refetchInterval: ({ state }) => (state.data && !runs(state.data) ? false : LOOK_MS),
  });
  return (
    <div className="space-y-4">
      <Panel title="Progress" query={job}>
        {(data) => (
          <div className="space-y-3">
            <Summary job={data} />
            <JobActions job={data} />
            {data.status === "complete" && data.rows_stored > 0 && <Next />}
          </div>
        )}
      </Panel>
      {job.data && job.data.rows_rejected > 0 && (
        <RejectedRows jobId={jobId} total={job.data.rows_rejected} />
      )}
      {job.data && job.data.rows_rejected === 0 && job.data.errors.length > 0 && (
        <Lines title="What went wrong" lines={job.data.errors} />
      )}
      {job.data && job.data.notes.length > 0 && <Lines title="What was assumed" lines={job.data.notes} />}
    </div>
  );
}

function Summary({ job }: { job: Job }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <State state={job.status} />
        <span className="font-medium break-all">{job.filename ?? "sent without a file"}</span>
        {job.source && <span className="text-muted">from {job.source}</span>}
      </div>
      <Progress job={job} />
      <p>{outcome(job)}.</p>
      {job.outliers > 0 && (
        <p className="text-sm text-muted">
          {plural(job.outliers, "row")} far from the others: stored, and marked as such.
        </p>
      )}
      <p className="text-sm text-muted">
        Begun <Time at={job.created_at} />
        {job.finished_at && (
          <>
            , ended <Time at={job.finished_at} />
          </>
        )}
      </p>
    </>
  );
}

function Next() {
  return (
    <p className="text-sm">
      The new events are scanned by themselves:{" "}
      <Link to="/hotspots" className="text-accent underline">
        look at the hotspots
      </Link>
      .
    </p>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <ul className="list-disc space-y-1 pl-4 text-sm text-muted">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
