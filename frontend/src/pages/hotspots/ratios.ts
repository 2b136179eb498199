// How an entity's last days went against what was typical of them, for a spark.
import { number } from "@/lib/format";

export interface Trend {
  /** Actual by typical, oldest first; null on days on which nothing was compared. */
  ratios: readonly (number | null)[];
  sentence: string;
}

/** Null where fewer than two days can be compared: that is no trend. */
export function trendOf(ratios: readonly (number | null)[]): Trend | null {
  const known = ratios.filter((each) => each !== null);
  if (known.length < 2) return null;
  const range = `${number(Math.min(...known), 2)} to ${number(Math.max(...known), 2)}`;
  const last = known.at(-1) ?? 0;
  return {
    ratios,
    sentence: `${known.length} of the last ${ratios.length} days: ${range} times what was typical, ${number(last, 2)} times at the end`,
  };
}
