// The only file that knows the drawing library; loaded when a chart is shown. Nothing moves, and the drawing is
// no place for the keyboard: the table beside it is.
import {
  Area,
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { number } from "@/lib/format";
import { type Axis, type Band, colour, type Series, shown } from "./series";
import { type Floating, STEP_COLOURS } from "./steps";

interface Scale {
  divide: number;
  unit: string;
}

const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };
const TEXT = { fontSize: 11, fill: "var(--color-muted)" };
const SOFT = { isAnimationActive: false } as const;

interface Place {
  tick: string;
  name: string;
  values: (number | null)[];
  range: [number, number] | null;
}

export function Lines({
  axis,
  series,
  band,
  scale,
}: {
  axis: Axis;
  series: readonly Series[];
  band?: Band;
  scale: Scale;
}) {
  return (
    <ResponsiveContainer>
      <ComposedChart data={places(axis, series, scale, band)} margin={MARGIN} accessibilityLayer={false}>
        {axes(scale)}
        {band && (
          <Area
            dataKey="range"
            name={band.label}
            stroke="none"
            fill="var(--color-series-1)"
            fillOpacity={0.2}
            {...SOFT}
          />
        )}
        {series.map(({ label, dashed }, at) => (
          <Line
            key={label}
            dataKey={(place: Place) => place.values[at]}
            name={label}
            stroke={colour(at)}
            strokeWidth={1.75}
            strokeDasharray={dashed ? "5 4" : undefined}
            dot={axis.ticks.length < 10 ? { r: 2.5 } : false}
            {...SOFT}
          />
        ))}
        <Tooltip content={<Told series={series} band={band} unit={scale.unit} />} />
      </ComposedChart>
    </ResponsiveContainer>
  );
}

export function Bars({
  axis,
  series,
  stacked,
  scale,
}: {
  axis: Axis;
  series: readonly Series[];
  stacked: boolean;
  scale: Scale;
}) {
  return (
    <ResponsiveContainer>
      <BarChart data={places(axis, series, scale)} margin={MARGIN} accessibilityLayer={false}>
        {axes(scale)}
        {series.map(({ label }, at) => (
          <Bar
            key={label}
            dataKey={(place: Place) => place.values[at]}
            name={label}
            fill={colour(at)}
            stackId={stacked ? "sum" : undefined}
            maxBarSize={36}
            {...SOFT}
          />
        ))}
        <Tooltip
          content={<Told series={series} unit={scale.unit} />}
          cursor={{ fill: "var(--color-raised)" }}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}

export function Steps({ places: steps, scale }: { places: readonly Floating[]; scale: Scale }) {
  const drawn = steps.map((step) => ({
    tick: step.label,
    name: step.label,
    values: [step.value / scale.divide],
    range: [step.from / scale.divide, step.to / scale.divide].sort((a, b) => a - b),
    kind: step.kind,
  }));
  return (
    <ResponsiveContainer>
      <BarChart data={drawn} margin={MARGIN} accessibilityLayer={false}>
        {axes(scale)}
        <ReferenceLine y={0} stroke="var(--color-control)" />
        <Bar dataKey="range" maxBarSize={48} {...SOFT}>
          {drawn.map(({ name, kind }) => (
            <Cell key={name} fill={STEP_COLOURS[kind]} />
          ))}
        </Bar>
        <Tooltip
          content={<Told series={[{ label: "Value", values: [] }]} unit={scale.unit} />}
          cursor={{ fill: "var(--color-raised)" }}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}

function axes({ unit }: Scale) {
  return [
    <CartesianGrid key="grid" vertical={false} stroke="var(--color-line)" />,
    <XAxis
      key="x"
      dataKey="tick"
      tick={TEXT}
      tickLine={false}
      axisLine={{ stroke: "var(--color-line)" }}
      minTickGap={16}
    />,
    <YAxis
      key="y"
      width={62}
      tick={TEXT}
      tickLine={false}
      axisLine={false}
      tickFormatter={(value: number) => `${number(value)} ${unit}`}
    />,
  ];
}

function places(axis: Axis, series: readonly Series[], { divide }: Scale, band?: Band): Place[] {
  const size = (value: number | null | undefined) =>
    value === null || value === undefined ? null : value / divide;
  return axis.ticks.map((tick, at) => {
    const low = size(band?.low[at]);
    const high = size(band?.high[at]);
    return {
      tick,
      name: axis.names?.[at] ?? tick,
      values: series.map(({ values }) => size(values[at])),
      range: low === null || high === null ? null : [low, high],
    };
  });
}

interface Hovered {
  active?: boolean;
  payload?: readonly { payload?: Place }[];
  series: readonly Series[];
  band?: Band;
  unit: string;
}

function Told({ active, payload, series, band, unit }: Hovered) {
  const place = payload?.[0]?.payload;
  if (!active || !place) return null;
  return (
    <div className="rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-md">
      <p className="font-medium">{place.name}</p>
      {series.map(({ label }, at) => (
        <p key={label}>
          <span className="text-muted">{label} </span>
          {shown(place.values[at])} {unit}
        </p>
      ))}
      {band && place.range && (
        <p>
          <span className="text-muted">{band.label} </span>
          {shown(place.range[0])} to {shown(place.range[1])} {unit}
        </p>
      )}
    </div>
  );
}
