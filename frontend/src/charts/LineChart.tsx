// Lines over time, with a band where a range is known: actual against typical, forecast with its interval.
import { Chart, type ChartFrame, HEIGHT, Key } from "./Chart";
import { type Paper, Plot } from "./Plot";
import { bandPath, linePath } from "./scale";
import { type Axis, type Band, colour, divided, type Series, scaled, twinOf } from "./series";
import { Told } from "./Told";

interface Given extends ChartFrame {
  axis: Axis;
  /** One that starts with kg is shown as g, kg, t or kt, by the largest value. */
  unit: string;
  series: readonly Series[];
  band?: Band;
}

const BAND = "color-mix(in srgb, var(--color-series-1) 20%, transparent)";
/** Up to so many places each is marked with a dot. */
const MOST_DOTS = 14;

export function LineChart({ axis, unit, series, band, ...frame }: Given) {
  const scale = scaled(unit, [...series.flatMap((each) => each.values), ...(band?.high ?? [])]);
  const lines = series.map((each) => ({ ...each, values: divided(each.values, scale) }));
  const low = divided(band?.low ?? [], scale);
  const high = divided(band?.high ?? [], scale);
  const range: [string, number | null | undefined][][] = axis.ticks.map((_, at) =>
    band
      ? [
          [`${band.label}, low`, low[at]],
          [`${band.label}, high`, high[at]],
        ]
      : [],
  );
  return (
    <Chart {...frame} twin={twinOf(axis, unit, series, band)} legend={<Legend series={series} band={band} />}>
      <Plot
        height={frame.height ?? HEIGHT}
        unit={scale.unit}
        labels={axis.ticks}
        values={[...lines.flatMap(({ values }) => values), ...low, ...high]}
        edges
        tell={(at) => (
          <Told
            name={(axis.names ?? axis.ticks)[at]}
            values={[...lines.map(({ label, values }) => [label, values[at]] as const), ...(range[at] ?? [])]}
            unit={scale.unit}
          />
        )}
      >
        {(paper) => (
          <>
            {band && <path d={bandPath(points(low, paper), points(high, paper))} fill={BAND} />}
            {lines.map((line, at) => (
              <Joint key={line.label} line={line} lines={lines} colour={colour(at)} paper={paper} />
            ))}
            {lines.map((line, at) => (
              <Line key={line.label} line={line} colour={colour(at)} paper={paper} />
            ))}
          </>
        )}
      </Plot>
    </Chart>
  );
}

function Line({ line, colour, paper }: { line: Series; colour: string; paper: Paper }) {
  const places = points(line.values, paper);
  return (
    <g stroke={colour} fill="none" strokeWidth={1.75} strokeLinejoin="round">
      <path d={linePath(places)} strokeDasharray={line.dashed ? "5 4" : undefined} />
      {places.length <= MOST_DOTS &&
        places.map(
          (place) => place && <circle key={place[0]} cx={place[0]} cy={place[1]} r={2.5} fill={colour} />,
        )}
    </g>
  );
}

/** From the last place of the followed line to the first of this one, where they are neighbours. */
function Joint({
  line,
  lines,
  colour,
  paper,
}: {
  line: Series;
  lines: Series[];
  colour: string;
  paper: Paper;
}) {
  const before = lines.find(({ label }) => label === line.follows)?.values ?? [];
  const first = line.values.findIndex((value) => value !== null);
  const [from, to] = [before[first - 1] ?? null, line.values[first] ?? null];
  if (from === null || to === null) return null;
  const [start, end] = points([from, to], { ...paper, x: (at) => paper.x(first - 1 + at) });
  return (
    <path
      d={linePath([start ?? null, end ?? null])}
      stroke={colour}
      fill="none"
      strokeWidth={1.25}
      strokeDasharray="2 3"
    />
  );
}

function points(values: readonly (number | null)[], { x, y }: Paper): (readonly [number, number] | null)[] {
  return values.map((value, at) => (value === null ? null : [x(at), y(value)]));
}

function Legend({ series, band }: { series: readonly Series[]; band?: Band }) {
  return (
    <>
      {series.map(({ label, dashed }, at) => (
        <Key key={label} colour={colour(at)} look={dashed ? "dashed" : "line"}>
          {label}
        </Key>
      ))}
      {band && (
        <Key colour={BAND} look="block">
          {band.label}
        </Key>
      )}
    </>
  );
}
