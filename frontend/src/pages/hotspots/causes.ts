// The effects that a diagnosis weighed, read without trust: the API types them as open objects.
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
