// What a silence for some alerts says: conditions that hold for all of them, and when it ends.
import type { Alert } from "./views";

/** Levels rise, and what kind of hotspot it is may change: neither names the thing itself. */
const CHANGING = new Set(["severity", "kind"]);

export const LENGTHS = [
  { value: "1", label: "1 hour" },
  { value: "8", label: "8 hours" },
  { value: "24", label: "1 day" },
  { value: "72", label: "3 days" },
  { value: "168", label: "1 week" },
  { value: "720", label: "30 days" },
] as const;
export type Length = (typeof LENGTHS)[number]["value"];

/** The conditions that all of these alerts meet; none where they have nothing in common. */
export function commonMatchers(alerts: readonly Alert[]): string[] {
  const [first, ...others] = alerts;
  if (!first) return [];
  const labels = Object.entries(first.labels).filter(
    ([name, value]) => !CHANGING.has(name) && others.every((alert) => alert.labels[name] === value),
  );
  const rule = others.every((alert) => alert.rule === first.rule) ? [["rule", first.rule] as const] : [];
  return [...labels, ...rule].map(([name, value]) => `${name} = ${value}`);
}

/** One condition a line; empty lines are none. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export function endOf(length: Length, now: Date): string {
  return new Date(now.getTime() + Number(length) * 3_600_000).toISOString();
}
