// A trend in the space of a word, for cells: drawn here, for a table may hold hundreds of them.
// It has no table of its own: it stands in one, whose CSV carries what matters of it.

interface Given {
  values: readonly (number | null)[];
  /** What it shows, for those who do not see it: "The last 14 days, 12 to 31 kg". */
  sentence: string;
  width?: number;
  height?: number;
}

export function Sparkline({ values, sentence, width = 84, height = 20 }: Given) {
  const line = path(values, width, height);
  const last = lastPoint(values, width, height);
  return (
    <svg
      role="img"
      aria-label={sentence}
      width={width}
      height={height}
      className="inline-block align-middle text-series-1"
    >
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      {last && <circle cx={last[0]} cy={last[1]} r="2" fill="currentColor" />}
    </svg>
  );
}

const MARGIN = 2.5;

/** The line as an SVG path; a null breaks it. */
export function path(values: readonly (number | null)[], width: number, height: number): string {
  let drawing = false;
  return points(values, width, height)
    .map((point) => {
      const command =
        point === null ? "" : `${drawing ? "L" : "M"}${point[0].toFixed(1)},${point[1].toFixed(1)}`;
      drawing = point !== null;
      return command;
    })
    .join("");
}

function lastPoint(values: readonly (number | null)[], width: number, height: number) {
  return points(values, width, height).findLast((point) => point !== null);
}

function points(
  values: readonly (number | null)[],
  width: number,
  height: number,
): ([number, number] | null)[] {
  const known = values.filter((value) => value !== null);
  const least = Math.min(...known);
  const span = Math.max(...known) - least || 1;
  const step = (width - 2 * MARGIN) / Math.max(1, values.length - 1);
  return values.map((value, at) =>
    value === null
      ? null
      : [MARGIN + at * step, height - MARGIN - ((value - least) / span) * (height - 2 * MARGIN)],
  );
}
