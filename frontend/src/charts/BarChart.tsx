// Bars side by side, or on top of each other where they are parts of one sum.
import { lazy } from "react";
import { Chart, type ChartFrame, Key } from "./Chart";
import { type Axis, colour, type Series, scaled, twinOf } from "./series";

const Drawing = lazy(() => import("./drawings").then(({ Bars }) => ({ default: Bars })));

interface Given extends ChartFrame {
  axis: Axis;
  unit: string;
  series: readonly Series[];
  stacked?: boolean;
}

export function BarChart({ axis, unit, series, stacked = false, ...frame }: Given) {
  const sums = axis.ticks.map((_, at) =>
    series.reduce((sum, { values }) => sum + Math.abs(values[at] ?? 0), 0),
  );
  const values = stacked ? sums : series.flatMap((each) => each.values);
  const keys = series.map(({ label }, at) => (
    <Key key={label} colour={colour(at)} look="block">
      {label}
    </Key>
  ));
  return (
    <Chart {...frame} twin={twinOf(axis, unit, series)} legend={series.length > 1 && keys}>
      <Drawing axis={axis} series={series} stacked={stacked} scale={scaled(unit, values)} />
    </Chart>
  );
}
