// Bars side by side, or on top of each other where they are parts of one sum.
import { Chart, type ChartFrame, HEIGHT, Key } from "./Chart";
import { type Paper, Plot } from "./Plot";
import { type Axis, colour, divided, type Series, scaled, twinOf } from "./series";
import { Told } from "./Told";

interface Given extends ChartFrame {
  axis: Axis;
  /** One that starts with kg is shown as g, kg, t or kt, by the largest value. */
  unit: string;
  series: readonly Series[];
  stacked?: boolean;
}

const WIDEST_PX = 36;

export function BarChart({ axis, unit, series, stacked = false, ...frame }: Given) {
  const sums = axis.ticks.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  const scale = scaled(unit, stacked ? sums : series.flatMap((each) => each.values));
  const bars = series.map((each) => ({ ...each, values: divided(each.values, scale) }));
  const keys = series.map(({ label }, at) => (
    <Key key={label} colour={colour(at)} look="block">
      {label}
    </Key>
  ));
  return (
    <Chart {...frame} twin={twinOf(axis, unit, series)} legend={series.length > 1 && keys}>
      <Plot
        height={frame.height ?? HEIGHT}
        unit={scale.unit}
        labels={axis.ticks}
        values={stacked ? divided(sums, scale) : bars.flatMap(({ values }) => values)}
        tell={(at) => (
          <Told
            name={(axis.names ?? axis.ticks)[at]}
            values={bars.map(({ label, values }) => [label, values[at]])}
            unit={scale.unit}
          />
        )}
      >
        {(paper) =>
          axis.ticks.map((tick, at) => (
            <Place
              key={tick}
              values={bars.map(({ values }) => values[at] ?? 0)}
              {...{ at, stacked, paper }}
            />
          ))
        }
      </Plot>
    </Chart>
  );
}

interface PlaceGiven {
  values: readonly number[];
  at: number;
  stacked: boolean;
  paper: Paper;
}

/** All bars of one place. */
function Place({ values, at, stacked, paper }: PlaceGiven) {
  const beside = stacked ? 1 : values.length;
  const width = Math.min(WIDEST_PX, (paper.slot * 0.75) / beside);
  const left = paper.x(at) - (width * beside) / 2;
  return values.map((value, nth) => {
    const from = stacked ? values.slice(0, nth).reduce((sum, each) => sum + each, 0) : 0;
    const top = paper.y(Math.max(from, from + value));
    return (
      <rect
        // biome-ignore lint/suspicious/noArrayIndexKey: series keep their order
        key={nth}
        x={left + (stacked ? 0 : nth * width)}
        y={top}
        width={Math.max(1, width - 1)}
        height={Math.abs(paper.y(from) - paper.y(from + value))}
        fill={colour(nth)}
      />
    );
  });
}
