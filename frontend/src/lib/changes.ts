// What an entry of the audit trail changed, field by field, and what happened in a word.
import { number } from "./format";
import { label } from "./sentence";

export interface Change {
  field: string;
  /** As text; null where it was not there. */
  was: string | null;
  is: string | null;
}

type Fields = Readonly<Record<string, unknown>> | null;

/** Fields that differ, in the order they are told in; a field that is on one side only was added or is gone. */
export function changesOf(before: Fields, after: Fields): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map((field) => ({ field, was: wordsOf(before?.[field]), is: wordsOf(after?.[field]) }))
    .filter(({ was, is }) => was !== is);
}

/** "recommendation.not_effective" as "Not effective". */
export function happened(action: string): string {
  return label(action.split(".").at(-1) ?? action);
}

/** One change in a line: "status: pending → approved". */
export function changeText({ field, was, is }: Change): string {
  return `${label(field)}: ${was ?? "–"} → ${is ?? "–"}`;
}

/** Any value of the trail as text; null where there is none. */
export function wordsOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number") return number(value, 6);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return JSON.stringify(value);
}
