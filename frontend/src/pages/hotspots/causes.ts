// The open objects of a diagnosis, read without trust: effects that were weighed, and a model's summary.
import type { Shape } from "@/api/types";

export interface Effect {
  cause: string;
  kg: number;
}

/** Below this share of the largest an effect is rounding, nothing that happened. */
const NOTHING = 1e-6;

/** Largest first; effects of nothing are left out. */
export function effectsOf({ effects }: Pick<Shape<"HotspotDiagnosis">, "effects">): Effect[] {
  const read = effects.flatMap(({ cause, effect_kg }) =>
    typeof cause === "string" && typeof effect_kg === "number" ? [{ cause, kg: effect_kg }] : [],
  );
  const largest = Math.max(0, ...read.map(({ kg }) => Math.abs(kg)));
  return read.filter(({ kg }) => largest > 0 && Math.abs(kg) > largest * NOTHING).sort((a, b) => b.kg - a.kg);
}

/** A language model's words; null where none wrote any, or nothing of it stood up to its sources. */
export function summaryOf({ summary }: Pick<Shape<"HotspotDiagnosis">, "summary">) {
  const text = summary?.text;
  if (typeof text !== "string" || text.trim() === "") return null;
  const told = (value: unknown) => (typeof value === "string" ? value : null);
  return { text, status: told(summary?.status) ?? "unchecked", model: told(summary?.model) };
}
