// How good the same forecasts were before, in words.
import type { Shape } from "@/api/types";
import { change, number, percent } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { amountText, type Forecast } from "./series";

type Measured = Shape<"MeasuredError">;

/** Sentences about the measured error; each thing that was not measured is said to be so. */
export function errorInWords(measured: Measured | null): string[] {
  if (measured === null) return ["No forecast of this series was compared with what came yet."];
  const { origins, mase, coverage_80, coverage_95, winkler_95 } = measured;
  return [
    `Tried from ${plural(origins, "past day")}, seven days ahead each, with what was known then.`,
    mase === null
      ? "Not enough of them to say how large the error is."
      : `${againstLastWeek(mase)} (MASE ${number(mase)}).`,
    coverage(coverage_80, 80),
    coverage(coverage_95, 95),
    winkler_95 === null
      ? "The width of the 95 % band was not scored."
      : `Winkler score of the 95 % band: ${number(winkler_95)}; its width, with a charge for each day outside of it, over the usual change from week to week. Less is better.`,
  ];
}

function againstLastWeek(mase: number): string {
  const apart = Math.abs(1 - mase) * 100;
  if (apart < 0.5) return "It errs as much as taking last week's same weekday would";
  return mase < 1
    ? `It errs ${percent(apart)} less than taking last week's same weekday would`
    : `It errs ${percent(apart)} more than taking last week's same weekday would: that is the better guess here`;
}

function coverage(share: number | null, level: number): string {
  if (share === null) return `How many days fell into the ${level} % band is not known.`;
  return `${percent(share * 100)} of the days fell into the ${level} % band.`;
}

/** The last forecast against what came. */
export function lastInWords({ last, metric }: Forecast): string {
  if (last === null) return "There is no forecast of the seven days before.";
  const made =
    last.made_as === "recorded" ? "as it was stored then" : "calculated again from what was known then";
  if (last.days_compared === 0) return `The last forecast, ${made}: none of its days has a value to compare.`;
  const known = last.actual.flatMap((actual, at) =>
    actual === null ? [] : [[last.forecast[at] ?? 0, actual]],
  );
  const sum = (of: (told: number, came: number) => number) =>
    known.reduce((all, [told = 0, came = 0]) => all + of(told, came), 0);
  const [forecast, actual] = [sum((told) => told), sum((_, came) => came)];
  const apart = sum((told, came) => Math.abs(told - came));
  const off = last.error_percent === null ? "" : ` (${change(last.error_percent)})`;
  const error =
    actual === 0 ? "" : ` Day by day it was off by ${percent((apart / actual) * 100)} of what came.`;
  return `The last forecast, ${made}, told ${amountText(metric, forecast)} for ${plural(last.days_compared, "day")}; ${amountText(metric, actual)} came${off}.${error}`;
}
