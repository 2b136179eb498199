// The parts of a score, and words for it.
import type { Shape } from "@/api/types";

export const GAP_STATES = ["open", "closed", "all"] as const;
export const FIELDS = ["distance_km", "load_kg", "speed", "energy_kwh"] as const;
export type Field = (typeof FIELDS)[number];

type Scored = Pick<
  Shape<"SourceQuality">,
  "completeness_pct" | "validity_pct" | "predicted_pct" | "timeliness_pct" | "outlier_pct" | "duplicate_pct"
>;

export interface Part {
  name: string;
  /** 0 to 100, the more the better; null is not known. */
  pct: number | null;
  means: string;
}

/** The six parts, each as a share that is good: the API tells of three how much is bad. */
export function parts(of: Scored): Part[] {
  return [
    {
      name: "Completeness",
      pct: of.completeness_pct,
      means: "fields that matter for the event type and have a value",
    },
    { name: "Validity", pct: of.validity_pct, means: "rows that were not rejected" },
    { name: "Measured", pct: rest(of.predicted_pct), means: "rows that are not simulated" },
    { name: "Timeliness", pct: of.timeliness_pct, means: "rows that arrived within 48 hours" },
    { name: "Plausibility", pct: rest(of.outlier_pct), means: "rows that are not far from the others" },
    { name: "Uniqueness", pct: rest(of.duplicate_pct), means: "rows that were not there already" },
  ];
}

export function scoreText(score: number | null): string {
  return score === null
    ? "not known"
    : `${score.toLocaleString("en-GB", { maximumFractionDigits: 1 })} of 100`;
}

/** A source without a name is another program that writes into the database. */
export function sourceName(source: string | null): string {
  return source ?? "another program";
}

/** "5 h", "3.5 d". */
export function duration(hours: number): string {
  const days = hours / 24;
  return days >= 2
    ? `${days.toLocaleString("en-GB", { maximumFractionDigits: 1 })} d`
    : `${hours.toLocaleString("en-GB", { maximumFractionDigits: 1 })} h`;
}

function rest(bad: number | null): number | null {
  return bad === null ? null : Math.max(0, 100 - bad);
}
