// Words for figures, the same on every page and for screen readers.
import { massText, percent } from "./format";

/** "1 alert", "3 alerts", "2 entities". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "156 % above", "12 % below", "as is typical". */
export function against(actual: number, typical: number): string {
  if (typical === 0) return actual === 0 ? "as is typical" : "above a typical zero";
  const apart = (actual / typical - 1) * 100;
  if (Math.abs(apart) < 0.5) return "as is typical";
  return `${percent(Math.abs(apart))} ${apart > 0 ? "above" : "below"}`;
}

/** "10.4 kg where 4.07 kg is typical (156 % above)". */
export function comparison(actualKg: number, typicalKg: number, per = ""): string {
  const told = `${massText(actualKg, per)} where ${massText(typicalKg, per)} is typical`;
  return `${told} (${against(actualKg, typicalKg)})`;
}

/** "event_type" as "Event type": names of the API as labels. */
export function label(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
