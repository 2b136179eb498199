// Numbers and times as people read them. One language, the engine's own, so that page and API agree.

const LANGUAGE = "en-GB";
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Making a formatter takes a hundred times as long as using it, and a list has hundreds of figures: each is made once.
const DAYS = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const byDecimals = new Map<number, Intl.NumberFormat>();

/** A quantity split for display: "1.24" and "t". */
export interface Quantity {
  text: string;
  unit: string;
}

const MASSES = [
  { from: 1e6, unit: "kt", kg: 1e6 },
  { from: 1e3, unit: "t", kg: 1e3 },
  { from: 1, unit: "kg", kg: 1 },
  { from: 0, unit: "g", kg: 1e-3 },
] as const;

/** A number with about three digits that count, thousands with a comma. */
export function number(value: number, digits = 3): string {
  const size = Math.abs(value);
  const decimals = size === 0 || size >= 10 ** (digits - 1) ? 0 : digits - 1 - Math.floor(Math.log10(size));
  return rounded(value, Math.min(decimals, 6));
}

/** Kilograms in the unit of their size; `per` adds "/h" or the like to it. */
export function mass(kg: number, per = ""): Quantity {
  // of what rounds up to 1,000 kg the next unit is meant
  const size = Math.abs(Number(kg.toPrecision(3)));
  const step = kg === 0 ? MASSES[2] : (MASSES.find(({ from }) => size >= from) ?? MASSES[3]);
  return { text: number(kg / step.kg), unit: step.unit + per };
}

/** The same in one text: "1.24 t". */
export function massText(kg: number, per = ""): string {
  const { text, unit } = mass(kg, per);
  return `${text} ${unit}`;
}

/** The unit that fits a whole column or axis, by its largest value: factor from kg, and name. */
export function massScale(values: Iterable<number | null | undefined>): { kg: number; unit: string } {
  const largest = Math.max(0, ...Array.from(values, (value) => Math.abs(value ?? 0)));
  const step = largest === 0 ? MASSES[2] : (MASSES.find(({ from }) => largest >= from) ?? MASSES[3]);
  return { kg: step.kg, unit: step.unit };
}

/** 12.3 as "12 %": whole from ten on, one decimal below. */
export function percent(value: number): string {
  return `${rounded(value, Math.abs(value) < 10 ? 1 : 0)} %`;
}

/** A change with its sign: "+12 %", "−3.4 %". */
export function change(value: number): string {
  const told = percent(value);
  return value > 0 && told !== percent(0) ? `+${told}` : told;
}

/** "just now", "5 min ago", "in 3 h", "12 d ago". */
export function relative(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return "just now";
  const [count, unit] =
    size < HOUR ? [size / MINUTE, "min"] : size < 2 * DAY ? [size / HOUR, "h"] : [size / DAY, "d"];
  const words = `${Math.max(1, Math.round(count))} ${unit}`;
  return seconds < 0 ? `${words} ago` : `in ${words}`;
}

/** "Thu 26 Nov 2026 15:27 UTC". */
export function absolute(then: Date): string {
  return `${day(then)} ${clock(then)} UTC`;
}

/** "Thu 26 Nov 2026". */
export function day(then: Date): string {
  const parts = DAYS.formatToParts(then);
  return ["weekday", "day", "month", "year"]
    .map((kind) => parts.find(({ type }) => type === kind)?.value)
    .join(" ");
}

/** "Thu 26": a day where the month is clear. */
export function shortDay(then: Date): string {
  return day(then).split(" ").slice(0, 2).join(" ");
}

/** "15:27" in UTC. */
export function clock(then: Date): string {
  return then.toISOString().slice(11, 16);
}

function rounded(value: number, decimals: number): string {
  const format =
    byDecimals.get(decimals) ??
    new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: decimals, signDisplay: "negative" });
  byDecimals.set(decimals, format);
  // a minus as wide as a plus, and never of what rounds to zero
  return format.format(value).replace("-", "−");
}
