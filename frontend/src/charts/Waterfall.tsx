// How one sum becomes another, step by step: what adds, what takes away.
import { lazy } from "react";
import { Chart, type ChartFrame, Key } from "./Chart";
import { scaled } from "./series";
import { floating, STEP_COLOURS, type Step } from "./steps";

const Drawing = lazy(() => import("./drawings").then(({ Steps }) => ({ default: Steps })));

interface Given extends ChartFrame {
  unit: string;
  steps: readonly Step[];
}

export function Waterfall({ unit, steps, ...frame }: Given) {
  const places = floating(steps);
  const twin = {
    header: ["Step", `Value (${unit})`, `Sum after it (${unit})`],
    rows: places.map(({ label, value, to }) => [label, value, to]),
  };
  const legend = (
    <>
      <Key colour={STEP_COLOURS.total} look="block">
        Sum
      </Key>
      <Key colour={STEP_COLOURS.more} look="block">
        Adds
      </Key>
      <Key colour={STEP_COLOURS.less} look="block">
        Takes away
      </Key>
    </>
  );
  return (
    <Chart {...frame} twin={twin} legend={legend}>
      <Drawing
        places={places}
        scale={scaled(
          unit,
          places.flatMap(({ from, to }) => [from, to]),
        )}
      />
    </Chart>
  );
}
