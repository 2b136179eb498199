// What the figures of a hotspot rest on.
import { type Basis, basisOf } from "@/ui/figure";
import { type Listed, unitOf } from "./words";

/** Of everything that is held against a typical value. */
export const TYPICAL: Basis = {
  kind: "estimated",
  reason: "against what the entity's own history makes typical",
};

const OF_A_DAY: Basis = {
  kind: "estimated",
  reason: "the sum of a day; what each of its events rests on stands on its page",
};
const GONE: Basis = {
  kind: "estimated",
  reason: "the event was taken back since: how is not known any more",
};

/** Of the worst event, or day, in the list. */
export function worstBasis(hotspot: Listed): Basis {
  const { predicted_co2, tier, filled } = hotspot;
  if (unitOf(hotspot) === "day") return OF_A_DAY;
  return filled === null ? GONE : basisOf({ co2_kg: predicted_co2, tier, filled });
}

/** What an excess is called, as it may be less than nothing: all events since the first one count. */
export function excessWords(kg: number | null): string {
  return kg !== null && kg < 0 ? "Below typical since" : "Excess so far";
}
