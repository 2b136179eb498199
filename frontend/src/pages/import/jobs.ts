// How an ingest stands, in words and numbers.
import type { Shape } from "@/api/types";
import { listed, plural } from "@/lib/sentence";

export type Job = Shape<"IngestJob">;
export type ListedJob = Shape<"ListedJob">;

/** Between two looks at a job that runs, should the live feed be quiet. */
export const LOOK_MS = 2_000;

/** What tells how far a job is; the list and the job itself both have it. */
export type Counts = Pick<
  ListedJob,
  "status" | "rows_total" | "rows_processed" | "rows_stored" | "rows_rejected" | "rows_duplicate"
>;

export function runs({ status }: Pick<ListedJob, "status">): boolean {
  return status === "queued" || status === "processing";
}

/** Events of an ended job can be taken out again, where there are any. */
export function canUndo({ status, rows_stored }: Pick<ListedJob, "status" | "rows_stored">): boolean {
  return (status === "complete" || status === "failed" || status === "cancelled") && rows_stored > 0;
}

/** Share of the rows that were read, 0 to 100; null while their number is not known. */
export function donePct({ rows_total, rows_processed }: Counts): number | null {
  return rows_total > 0 ? Math.min(100, (rows_processed / rows_total) * 100) : null;
}

/** "1,200 rows stored, 3 rejected and 2 there already". */
export function outcome(job: Counts): string {
  if (job.status === "queued") return "Waits for a worker";
  const parts = [
    `${plural(job.rows_stored, "row")} ${job.status === "undone" ? "stored and taken out again" : "stored"}`,
    ...(job.rows_rejected > 0 ? [`${job.rows_rejected.toLocaleString("en-GB")} rejected`] : []),
    ...(job.rows_duplicate > 0 ? [`${job.rows_duplicate.toLocaleString("en-GB")} there already`] : []),
  ];
  return listed(parts);
}

/** One problem of a rejected row, from what the engine says of it. */
export function problemText(problem: Record<string, unknown>): string {
  const { field, value, rule, remedy } = problem;
  const said = [field, value === "" || value == null ? "" : `'${value}'`, rule].filter(Boolean).join(" ");
  return said ? `${said}. ${remedy ?? ""}`.trim() : JSON.stringify(problem);
}
