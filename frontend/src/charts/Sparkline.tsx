// A trend in the space of a word, for cells. It has no table of its own: it stands in one, whose CSV carries what
// matters of it.
import { linePath } from "./scale";

interface Given {
  values: readonly (number | null)[];
  /** What it shows, for those who do not see it: "The last 14 days, 12 to 31 kg". */
  sentence: string;
  width?: number;
  height?: number;
}

const MARGIN = 2.5;

export function Sparkline({ values, sentence, width = 84, height = 20 }: Given) {
  const known = values.filter((value) => value !== null);
  const least = Math.min(...known);
  const span = Math.max(...known) - least || 1;
  const step = (width - 2 * MARGIN) / Math.max(1, values.length - 1);
  const points = values.map((value, at) =>
    value === null
      ? null
      : ([MARGIN + at * step, height - MARGIN - ((value - least) / span) * (height - 2 * MARGIN)] as const),
  );
  const last = points.findLast((point) => point !== null);
  return (
    <svg
      role="img"
      aria-label={sentence}
      width={width}
      height={height}
      className="inline-block align-middle text-series-1"
    >
      <path d={linePath(points)} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      {last && <circle cx={last[0]} cy={last[1]} r="2" fill="currentColor" />}
    </svg>
  );
}
