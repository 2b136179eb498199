// What came of a replay, side by side: the policy that is tried, the rule as it is stored, what is on record.
import { massText, number, percent } from "@/lib/format";
import { plural } from "@/lib/sentence";
import type { Replayed } from "./useBacktest";

export interface Column {
  name: string;
  about: string;
  found: Replayed["in_force"];
  /** What people said of hotspots; only where it is a policy that was replayed. */
  marked: Replayed["rule"]["marked"] | null;
}

export function columnsOf(tried: Replayed, stored: Replayed): Column[] {
  return [
    { name: "Tried", about: "the policy of the sliders", found: tried.rule, marked: tried.rule.marked },
    {
      name: "As stored",
      about: "the rule's policy now, replayed",
      found: stored.rule,
      marked: stored.rule.marked,
    },
    { name: "On record", about: "hotspots found at the time", found: tried.in_force, marked: null },
    {
      name: "Original",
      about: "fixed thresholds, replayed",
      found: tried.original,
      marked: tried.original.marked,
    },
  ];
}

export const LINES: { name: string; of: (column: Column) => string | null }[] = [
  { name: "Episodes", of: ({ found }) => number(found.episodes) },
  { name: "Critical", of: ({ found }) => number(found.by_severity.critical ?? 0) },
  { name: "Warn", of: ({ found }) => number(found.by_severity.warn ?? 0) },
  { name: "Info", of: ({ found }) => number(found.by_severity.info ?? 0) },
  {
    name: "A week of each entity",
    of: ({ found }) =>
      found.episodes_per_entity_week === null ? null : number(found.episodes_per_entity_week),
  },
  { name: "Excess found", of: ({ found }) => (found.excess_kg === null ? null : massText(found.excess_kg)) },
  {
    name: "Useful ones found",
    of: ({ marked }) =>
      marked && (marked.useful === 0 ? "none marked" : `${marked.useful_found} of ${marked.useful}`),
  },
  {
    name: "Dismissed ones, again",
    of: ({ marked }) =>
      marked &&
      (marked.not_a_problem === 0 ? "none dismissed" : `${marked.opened_again} of ${marked.not_a_problem}`),
  },
];

/** "27 episodes, 13 fewer than the rule as it is stored (33 % less)". */
export function inWords(tried: Replayed, stored: Replayed): string {
  const now = tried.rule.episodes;
  const was = stored.rule.episodes;
  const told = plural(now, "episode");
  if (now === was) return `${told}, as many as with the rule as it is stored.`;
  const apart = `${number(Math.abs(now - was))} ${now < was ? "fewer" : "more"} than with the rule as it is stored`;
  const share =
    was > 0 ? ` (${percent((Math.abs(now - was) / was) * 100)} ${now < was ? "less" : "more"})` : "";
  return `${told}, ${apart}${share}.`;
}
