// What can be done with a recommendation, and how its figures and the time line read.
import type { Shape } from "@/api/types";
import { changesOf, changeText, happened } from "@/lib/changes";
import { massText, number } from "@/lib/format";
import { plural } from "@/lib/sentence";
import type { Basis } from "@/ui/figure";

export type Recommendation = Shape<"Recommendation">;
export type One = Shape<"OneRecommendation">;
export type Move = "approve" | "reject" | "implement";

/** All of its life, in its order. */
export const STATUSES = [
  "pending",
  "approved",
  "implemented",
  "verified",
  "not_effective",
  "rejected",
] as const;

const MOVES: Record<string, readonly Move[]> = {
  pending: ["approve", "reject"],
  approved: ["implement"],
};

/** What may follow; there is no way back. */
export function movesFrom(status: string): readonly Move[] {
  return MOVES[status] ?? [];
}

/** What its saving rests on. */
export function basisOfSaving({ co2_reduction, provenance }: Recommendation): Basis {
  if (co2_reduction === null) {
    return { kind: "insufficient", reason: told(provenance, "reason") ?? "its saving was not simulated" };
  }
  const events = provenance.affected_event_count;
  const on = typeof events === "number" ? ` of ${plural(events, "event")}` : "";
  return { kind: "estimated", reason: `simulated: the estimator ran again on the inputs${on}` };
}

/** "120 kg to 340 kg"; null where no range is known. */
export function rangeText({ saving_low_kg, saving_high_kg }: Recommendation): string | null {
  if (saving_low_kg === null || saving_high_kg === null) return null;
  return `${massText(saving_low_kg)} to ${massText(saving_high_kg)}`;
}

/** "Pays back in 14 months"; says so where that is not known. */
export function paybackText(months: number | null): string {
  return months === null ? "not known" : `${number(months)} months`;
}

/** A text of the provenance; null where it has none. */
export function told(provenance: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = provenance[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** Why what is shown is not the newest word; null where it is. */
export function outdated({ status, rank, engine, proposed_by, provenance }: Recommendation): string | null {
  const own = engine === "embedded" && proposed_by === "propose";
  if (status !== "pending" || rank !== null || !own) return null;
  return told(provenance, "ranking") ?? "Its hotspot's newest diagnosis no longer proposes it.";
}

export interface Happening {
  what: string;
  /** What changed, a line each; the status is said by `what`. */
  lines: string[];
}

/** An entry of the time line in words. */
export function happening({ action, before, after }: Shape<"TimelineEntry">): Happening {
  const proposed = before === null;
  const changes = proposed ? [] : changesOf(before, after);
  return { what: happened(action), lines: changes.filter(({ field }) => field !== "status").map(changeText) };
}

/** What came of a decision on several. */
export function decidedText({ status, decided, refused }: Shape<"ManyDecided">): string {
  const done = `${plural(decided.length, "recommendation")} ${status}`;
  return refused.length === 0 ? done : `${done}, ${refused.length} could not be`;
}
