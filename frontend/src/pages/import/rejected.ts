// The rejected rows of a job as a file: to be mended and sent again.
import { asProblem } from "@/api/problem";
import { raw } from "@/api/raw";
import { download } from "@/lib/csv";

/** Save them; what went wrong, or null. */
export async function saveRejected(jobId: string) {
  try {
    const answer = await raw(`/api/v1/ingest/jobs/${encodeURIComponent(jobId)}/rejected`);
    download(`rejected-${jobId}.csv`, await answer.text());
    return null;
  } catch (error) {
    return asProblem(error);
  }
}
