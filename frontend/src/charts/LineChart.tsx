// Lines over time, with a band where a range is known: actual against typical, forecast with its interval.
import { lazy } from "react";
import { Chart, type ChartFrame, Key } from "./Chart";
import { type Axis, type Band, colour, type Series, scaled, twinOf } from "./series";

// the drawing library is large, and no page waits for it
const Drawing = lazy(() => import("./drawings").then(({ Lines }) => ({ default: Lines })));

interface Given extends ChartFrame {
  axis: Axis;
  unit: string;
  series: readonly Series[];
  band?: Band;
}

export function LineChart({ axis, unit, series, band, ...frame }: Given) {
  const values = [...series.flatMap((each) => each.values), ...(band?.high ?? [])];
  const legend = (
    <>
      {series.map(({ label, dashed }, at) => (
        <Key key={label} colour={colour(at)} look={dashed ? "dashed" : "line"}>
          {label}
        </Key>
      ))}
      {band && (
        <Key colour="color-mix(in srgb, var(--color-series-1) 22%, transparent)" look="block">
          {band.label}
        </Key>
      )}
    </>
  );
  return (
    <Chart {...frame} twin={twinOf(axis, unit, series, band)} legend={legend}>
      <Drawing axis={axis} series={series} band={band} scale={scaled(unit, values)} />
    </Chart>
  );
}
