// Targets in words, and what is needed to set one.
import type { Shape } from "@/api/types";
import { day, massText, percent } from "@/lib/format";
import { label } from "@/lib/sentence";
import { type EntityType, type EventType, nameOf } from "./series";

export type Progress = Shape<"ProgressFacts">;

/** A forecast knows no chance beyond these: they mean that or more, that or less. */
const [LEAST_CHANCE, MOST_CHANCE] = [0.025, 0.975];
const HAIR = 1e-9; // they come as 0.025000000000000022

export function chanceText(chance: number | null): string | null {
  if (chance === null) return null;
  if (chance >= MOST_CHANCE - HAIR) return "97.5 % or more";
  if (chance <= LEAST_CHANCE + HAIR) return "2.5 % or less";
  return percent(chance * 100);
}

export const dayText = (date: string) => day(new Date(`${date}T00:00:00Z`));

export function targetName(target: { entity: string | null; event_type: string | null }): string {
  return label(nameOf(target));
}

/** How a target goes, in a sentence: what is gone, what the month comes to, when it is passed. */
export function goes(of: Progress): string {
  const gone = `${massText(of.spent_kg)} of ${massText(of.amount_kg)} are gone (${percent(of.share * 100)}; ${massText(of.expected_by_now_kg)} on a straight line)`;
  if (of.month_end_kg === null) return `${gone}. ${of.reason ?? "What the month comes to is not known."}`;
  const range =
    of.month_end_low_kg === null || of.month_end_high_kg === null
      ? ""
      : ` (80 %: ${massText(of.month_end_low_kg)} to ${massText(of.month_end_high_kg)})`;
  const when = of.passes_on
    ? ` ${of.verdict === "passed" ? "Passed" : "Passes"} on ${dayText(of.passes_on)}.`
    : "";
  return `${gone}; the month comes to ${massText(of.month_end_kg)}${range}.${when}`;
}

export interface Wanted {
  event: EventType | "all";
  entity: string;
  kind: EntityType | "any";
  month: string;
  every: boolean;
  amount: string;
  unit: "kg" | "t";
}

/** What PUT /targets takes, or what is wrong with the amount. */
export function targetOf(wanted: Wanted): { body: Shape<"TargetSpec"> } | { problem: string } {
  const amount = Number(wanted.amount.replaceAll(",", ""));
  if (wanted.amount.trim() === "" || !Number.isFinite(amount) || amount <= 0)
    return { problem: "An amount above zero is needed." };
  return {
    body: {
      entity: wanted.entity.trim() || null,
      entity_type: wanted.entity.trim() && wanted.kind !== "any" ? wanted.kind : null,
      event_type: wanted.event === "all" ? null : wanted.event,
      amount_kg: wanted.unit === "t" ? amount * 1000 : amount,
      ...(wanted.every ? { from_month: wanted.month } : { month: wanted.month }),
    },
  };
}
