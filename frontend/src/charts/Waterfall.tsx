// How one sum becomes another, step by step: what adds, what takes away.
import { Chart, type ChartFrame, HEIGHT, Key } from "./Chart";
import { Plot } from "./Plot";
import { scaled } from "./series";
import { floating, STEP_COLOURS, type Step } from "./steps";
import { Told } from "./Told";

interface Given extends ChartFrame {
  unit: string;
  steps: readonly Step[];
}

const WIDEST_PX = 48;

export function Waterfall({ unit, steps, ...frame }: Given) {
  const places = floating(steps);
  const scale = scaled(
    unit,
    places.flatMap(({ from, to }) => [from, to]),
  );
  const twin = {
    header: ["Step", `Value (${unit})`, `Sum after it (${unit})`],
    rows: places.map(({ label, value, to }) => [label, value, to]),
  };
  return (
    <Chart {...frame} twin={twin} legend={LEGEND}>
      <Plot
        height={frame.height ?? HEIGHT}
        unit={scale.unit}
        labels={places.map(({ label }) => label)}
        values={places.flatMap(({ from, to }) => [from / scale.divide, to / scale.divide])}
        tell={(at) => {
          const place = places[at];
          return (
            place && (
              <Told
                name={place.label}
                values={[
                  ["Value", place.value / scale.divide],
                  ["Sum after it", place.to / scale.divide],
                ]}
                unit={scale.unit}
              />
            )
          );
        }}
      >
        {(paper) =>
          places.map(({ label, from, to, kind }, at) => {
            const width = Math.min(WIDEST_PX, paper.slot * 0.7);
            const ends = [paper.y(from / scale.divide), paper.y(to / scale.divide)] as const;
            return (
              <g key={label}>
                <rect
                  x={paper.x(at) - width / 2}
                  y={Math.min(...ends)}
                  width={width}
                  height={Math.max(1, Math.abs(ends[0] - ends[1]))}
                  fill={STEP_COLOURS[kind]}
                />
                {at < places.length - 1 && (
                  <line
                    x1={paper.x(at) + width / 2}
                    x2={paper.x(at + 1) - width / 2}
                    y1={ends[1]}
                    y2={ends[1]}
                    stroke="var(--color-control)"
                    strokeDasharray="2 2"
                  />
                )}
              </g>
            );
          })
        }
      </Plot>
    </Chart>
  );
}

const LEGEND = (
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
