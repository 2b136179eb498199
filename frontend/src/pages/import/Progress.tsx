// How far a job is, as a bar and in numbers.
import { percent } from "@/lib/format";
import { type Counts, donePct, runs } from "./jobs";

export function Progress({ job }: { job: Counts }) {
  const done = donePct(job);
  if (!runs(job) && done === 100) return null;
  const words =
    done === null
      ? "The number of rows is not known yet"
      : `${job.rows_processed.toLocaleString("en-GB")} of at most ${job.rows_total.toLocaleString("en-GB")} rows read (${percent(done)})`;
  return (
    <div>
      {/* without a value the bar says that something goes on, not how far it is */}
      <progress
        aria-label="Rows read"
        aria-valuetext={words}
        max={100}
        value={done ?? undefined}
        className="h-1.5 w-full accent-accent"
      />
      <p className="text-sm text-muted">{words}</p>
    </div>
  );
}
