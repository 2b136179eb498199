// What a chart draws, apart from how: series over one axis, their common unit, and the same numbers as a table.
import { massScale, number } from "@/lib/format";

export interface Series {
  label: string;
  /** One for each place of the axis; null is a gap. */
  values: readonly (number | null)[];
  dashed?: boolean;
  /** Label of the series that this one goes on from: a thin line joins the two where one ends and the next begins. */
  follows?: string;
}

export interface Band {
  label: string;
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

export interface Axis {
  /** What stands along it: "Hour (UTC)". */
  label: string;
  /** Short texts under the chart, one for each place. */
  ticks: readonly string[];
  /** Longer texts for table and tooltip, where the short ones do not say enough. */
  names?: readonly string[];
}

/** A unit that starts with kg is shown as g, kg, t or kt by the largest value: "kg/h" becomes "t/h". */
export function scaled(
  unit: string,
  values: Iterable<number | null | undefined>,
): { divide: number; unit: string } {
  if (!unit.startsWith("kg")) return { divide: 1, unit };
  const scale = massScale(values);
  return { divide: scale.kg, unit: scale.unit + unit.slice(2) };
}

/** Values in the unit that is shown. */
export function divided(
  values: readonly (number | null)[],
  { divide }: { divide: number },
): (number | null)[] {
  return values.map((value) => (value === null ? null : value / divide));
}

export interface Twin {
  header: string[];
  rows: (string | number | null)[][];
}

/** The numbers of a chart as a table, in the unit they came in. */
export function twinOf(axis: Axis, unit: string, series: readonly Series[], band?: Band): Twin {
  const names = axis.names ?? axis.ticks;
  const columns: [string, readonly (number | null)[]][] = series.map(({ label, values }) => [label, values]);
  if (band) columns.push([`${band.label}, low`, band.low], [`${band.label}, high`, band.high]);
  return {
    header: [axis.label, ...columns.map(([label]) => `${label} (${unit})`)],
    rows: names.map((name, at) => [name, ...columns.map(([, values]) => values[at] ?? null)]),
  };
}

/** Numbers of a tooltip or a cell. */
export function shown(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : number(value);
}

export const COLOURS = [1, 2, 3, 4].map((each) => `var(--color-series-${each})`);

/** A colour for the nth series, again from the first after the fourth. */
export function colour(at: number): string {
  return COLOURS[at % COLOURS.length] ?? "currentColor";
}
