// What each cause adds to a hotspot, as far as it matters.

export interface Effect {
  cause: string;
  kg: number;
  /** Of the largest one, in percent. */
  share: number;
}

const LEAST_SHARE = 1;

/** Largest first; what is less than a hundredth of the largest is left out. */
export function effectsOf(effects: readonly Readonly<Record<string, unknown>>[]): Effect[] {
  const known = effects.flatMap(({ cause, effect_kg }) =>
    typeof cause === "string" && typeof effect_kg === "number" && effect_kg > 0
      ? [{ cause, kg: effect_kg }]
      : [],
  );
  const most = Math.max(0, ...known.map(({ kg }) => kg));
  return known
    .map(({ cause, kg }) => ({ cause, kg, share: (kg / most) * 100 }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.kg - a.kg);
}
