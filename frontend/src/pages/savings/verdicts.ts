// What the ledger's verdicts mean, and how its sums and weeks read.
import type { Shape } from "@/api/types";
import { massText } from "@/lib/format";
import { plural } from "@/lib/sentence";
import type { Basis } from "@/ui/figure";

export type Line = Shape<"LedgerLine">;
export type Week = Shape<"SavingWeek">;
type Total = Shape<"LedgerTotal">;

export const VERDICTS = [
  "verified",
  "not_effective",
  "waiting",
  "inconclusive",
  "not_observable",
  "no_baseline",
] as const;
export type Verdict = (typeof VERDICTS)[number];

interface Range {
  low: number | null;
  high: number | null;
}

/** "40 kg to 120 kg"; null where no interval is known. */
export function intervalText({ low, high }: Range): string | null {
  return low === null || high === null ? null : `${massText(low)} to ${massText(high)}`;
}

/** A saving is what a frozen baseline expects less what came in: worked out, never measured directly. */
export function basisOfSaved(saved: number | null, weeks: number, reason: string): Basis {
  if (saved === null) return { kind: "insufficient", reason };
  return { kind: "estimated", reason: `frozen baseline less actual, over ${plural(weeks, "compared week")}` };
}

/** How a total reads below its figure. */
export function totalNote({ count, promised_kg, unpromised_count, annualised_kg }: Total): string {
  if (count === 0) return "none";
  const parts = [plural(count, "measure")];
  if (count > unpromised_count) parts.push(`promised ${massText(promised_kg)} in 28 days`);
  if (unpromised_count > 0) parts.push(`${unpromised_count} promised nothing`);
  if (annualised_kg !== null) parts.push(`at that pace ${massText(annualised_kg)} a year`);
  return parts.join(", ");
}

/** Lines of one verdict, or all. */
export function ofVerdict(lines: readonly Line[], verdict: Verdict | "all"): Line[] {
  return verdict === "all" ? [...lines] : lines.filter((line) => line.verdict === verdict);
}

/** The weeks in a sentence. */
export function weeksInWords(weeks: readonly Week[]): string {
  const compared = weeks.filter(({ saving_kg }) => saving_kg !== null);
  const last = compared.at(-1);
  if (!last || last.cumulative_kg === null) return "No week could be compared yet.";
  const interval = intervalText({ low: last.cumulative_low_kg, high: last.cumulative_high_kg });
  const range = interval ? `, 95 % interval ${interval}` : "";
  return `Saving week by week: ${massText(last.cumulative_kg)} after ${plural(compared.length, "compared week")}${range}.`;
}

/** What took part on neither side, in words; empty where everything did. */
export function notCompared({ filled_count, unestimated_count, unmatched_count }: Week): string {
  return [
    filled_count && `${filled_count} with stand-in values`,
    unestimated_count && `${unestimated_count} without an estimate`,
    unmatched_count && `${unmatched_count} of a kind the baseline never saw`,
  ]
    .filter(Boolean)
    .join(", ");
}
