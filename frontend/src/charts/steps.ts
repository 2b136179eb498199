// Where each bar of a waterfall floats.

export interface Step {
  label: string;
  /** A change; of a total the value itself, where nothing stands before it, is given. */
  value: number;
  /** Starts from zero: the first, the last, and sums in between. */
  total?: boolean;
}

export interface Floating extends Step {
  from: number;
  to: number;
  /** Where it is, in words, for its colour and for the table. */
  kind: "total" | "more" | "less";
}

export const STEP_COLOURS = {
  total: "var(--color-series-3)",
  more: "var(--color-series-2)",
  less: "var(--color-series-1)",
} as const;

export function floating(steps: readonly Step[]): Floating[] {
  let at = 0;
  return steps.map((step) => {
    const from = step.total ? 0 : at;
    at = step.total ? step.value : at + step.value;
    return { ...step, from, to: at, kind: step.total ? "total" : step.value < 0 ? "less" : "more" };
  });
}
