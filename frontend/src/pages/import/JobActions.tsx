// Stop a job, or take out what it stored.
import { CircleStop, Undo2 } from "lucide-react";
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { canUndo, type Job, runs } from "./jobs";

/** Everything that is made from events. */
const MADE_FROM_EVENTS = [
  "/api/v1/ingest",
  "/emissions",
  "/hotspots",
  "/alerts",
  "/predictions",
  "/data-quality",
];

export function JobActions({ job }: { job: Job }) {
  if (runs(job)) return <Stop job={job} />;
  return canUndo(job) ? <Undo job={job} /> : null;
}

function Stop({ job }: { job: Job }) {
  const cancel = useAction("post", "/api/v1/ingest/jobs/{job_id}/cancel", {
    done: ({ rows_stored }) =>
      `Stopped. ${plural(rows_stored, "row")} stored so far, until the job is undone.`,
    touches: ["/api/v1/ingest"],
  });
  return (
    <Button
      icon={CircleStop}
      busy={cancel.isPending}
      onClick={() => cancel.mutate({ path: { job_id: job.job_id } })}
    >
      Stop
    </Button>
  );
}

function Undo({ job }: { job: Job }) {
  const [asking, setAsking] = useState(false);
  const undo = useAction("post", "/api/v1/ingest/jobs/{job_id}/undo", {
    done: ({ events, hotspots_resolved }) =>
      `${plural(events, "event")} taken out, ${plural(hotspots_resolved, "hotspot")} resolved.`,
    touches: MADE_FROM_EVENTS,
    onDone: () => setAsking(false),
  });
  return (
    <>
      <Button icon={Undo2} onClick={() => setAsking(true)}>
        Undo
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Undo this ingest?"
        about={`Its ${plural(job.rows_stored, "event")} go out again, with their estimates, sums, typical values and hotspots. To have them back, import the file once more.`}
        does="Take the events out"
        danger
        busy={undo.isPending}
        onConfirm={() => undo.mutate({ path: { job_id: job.job_id } })}
      />
    </>
  );
}
