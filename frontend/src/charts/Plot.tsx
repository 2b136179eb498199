// The paper a chart is drawn on: measures its place, draws the axes, and tells what is under the pointer.
//
// Drawn here and not by a chart library: what the pages need of one is these few shapes, and the ones we tried
// weigh more than all the rest of the first page (docs/adr/0018-the-dashboard.md).
import { type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { number } from "@/lib/format";
import { labelled, ticks } from "./scale";

export interface Paper {
  /** The middle of the nth place. */
  x: (at: number) => number;
  y: (value: number) => number;
  /** Width that belongs to one place. */
  slot: number;
}

interface Given {
  height: number;
  unit: string;
  labels: readonly string[];
  /** All values that have to fit, in the unit shown. */
  values: readonly (number | null)[];
  /** Lines reach from edge to edge; bars stand within their places. */
  edges?: boolean;
  /** What to say of the place under the pointer. */
  tell: (at: number) => ReactNode;
  children: (paper: Paper) => ReactNode;
}

const PX_PER_LETTER = 6.2;
const TOP = 10;
const BOTTOM = 22;
const RIGHT = 10;

export function Plot({ height, unit, labels, values, edges = false, tell, children }: Given) {
  const { place, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const known = values.filter((value) => value !== null);
  const steps = ticks(Math.min(...known, 0), Math.max(...known, 0));
  const left = 14 + PX_PER_LETTER * Math.max(...steps.map((step) => `${number(step)} ${unit}`.length));
  const paper = paperOf({ width, height, left, count: labels.length, steps, edges });
  const point = (event: PointerEvent) => {
    const inside = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const nearest = Math.round((inside - paper.x(0)) / paper.slot);
    setAt(Math.max(0, Math.min(labels.length - 1, nearest)));
  };
  return (
    <div ref={place} className="relative size-full" onPointerMove={point} onPointerLeave={() => setAt(null)}>
      <svg aria-hidden width={width} height={height} className="block overflow-visible">
        <Axes {...{ steps, unit, labels, width, height, left, paper }} />
        {at !== null && edges && (
          <line
            x1={paper.x(at)}
            x2={paper.x(at)}
            y1={TOP}
            y2={height - BOTTOM}
            stroke="var(--color-control)"
          />
        )}
        {children(paper)}
      </svg>
      {at !== null && at < labels.length && (
        <Told x={paper.x(at)} width={width}>
          {tell(at)}
        </Told>
      )}
    </div>
  );
}

interface Measures {
  width: number;
  height: number;
  left: number;
  count: number;
  steps: readonly number[];
  edges: boolean;
}

function paperOf({ width, height, left, count, steps, edges }: Measures): Paper {
  const room = Math.max(1, width - left - RIGHT);
  const slot = edges ? room / Math.max(1, count - 1) : room / Math.max(1, count);
  const low = steps[0] ?? 0;
  const high = steps.at(-1) ?? 1;
  return {
    slot,
    x: (at) => left + (edges ? at * slot : (at + 0.5) * slot),
    y: (value) => TOP + ((high - value) / (high - low)) * (height - TOP - BOTTOM),
  };
}

interface AxesGiven {
  steps: readonly number[];
  unit: string;
  labels: readonly string[];
  width: number;
  height: number;
  left: number;
  paper: Paper;
}

function Axes({ steps, unit, labels, width, height, left, paper }: AxesGiven) {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  const shown = labelled(labels.length, width - left, longest * PX_PER_LETTER + 14);
  return (
    <g fontSize={11} fill="var(--color-muted)">
      {steps.map((step) => (
        <g key={step}>
          <line
            x1={left}
            x2={width - RIGHT}
            y1={paper.y(step)}
            y2={paper.y(step)}
            stroke={step === 0 ? "var(--color-control)" : "var(--color-line)"}
          />
          <text x={left - 8} y={paper.y(step) + 4} textAnchor="end">
            {number(step)} {unit}
          </text>
        </g>
      ))}
      {shown.map((at) => (
        <text key={at} x={paper.x(at)} y={height - 5} textAnchor="middle">
          {labels[at]}
        </text>
      ))}
    </g>
  );
}

function Told({ x, width, children }: { x: number; width: number; children: ReactNode }) {
  const side = x > width / 2 ? { right: width - x + 10 } : { left: x + 10 };
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 rounded-md border bg-surface px-2.5 py-1.5 text-xs whitespace-nowrap shadow-md"
      style={side}
    >
      {children}
    </div>
  );
}

const UNMEASURED_PX = 600;

function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(UNMEASURED_PX);
  useLayoutEffect(() => {
    const node = place.current;
    if (!node) return;
    const look = () => setWidth(node.clientWidth || UNMEASURED_PX);
    look();
    const watch = new ResizeObserver(look);
    watch.observe(node);
    return () => watch.disconnect();
  }, []);
  return { place, width };
}
