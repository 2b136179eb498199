// The trend of a row, or why there is none.
import { Sparkline } from "@/charts/Sparkline";
import type { Spark } from "./sparks";

export function Trend({ spark }: { spark: Spark }) {
  if (spark === "loading") {
    return (
      <span role="status" className="inline-block h-4 w-20 skeleton">
        <span className="sr-only">Loading the trend</span>
      </span>
    );
  }
  if (spark === "not loaded") return <span className="text-muted">not loaded</span>;
  if (spark === null) return <span className="text-muted">too few days</span>;
  return <Sparkline values={spark.ratios} sentence={spark.sentence} />;
}

/** In words, for a file; null until it is there. */
export function trendWords(spark: Spark): string | null {
  if (spark === null) return "too few days";
  return typeof spark === "string" ? null : spark.sentence;
}
