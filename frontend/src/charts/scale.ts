// Where values stand on paper.

/** Round steps from the least to the most value, both within; zero is always one of them. */
export function ticks(least: number, most: number, about = 5): number[] {
  const low = Math.min(0, least);
  const high = Math.max(0, most);
  if (high === low) return [0, 1];
  const raw = (high - low) / (about - 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((each) => each * power >= raw * 0.999) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Which places of an axis get a text: every nth, so that they do not touch. */
export function labelled(count: number, width: number, pxPerLabel: number): number[] {
  const every = Math.max(1, Math.ceil((count * pxPerLabel) / Math.max(1, width)));
  return Array.from({ length: count }, (_, at) => at).filter((at) => at % every === 0);
}

type Point = readonly [x: number, y: number];

/** A line through points as an SVG path; a gap breaks it. */
export function linePath(points: readonly (Point | null)[]): string {
  let drawing = false;
  return points
    .map((point) => {
      const command =
        point === null ? "" : `${drawing ? "L" : "M"}${point[0].toFixed(1)},${point[1].toFixed(1)}`;
      drawing = point !== null;
      return command;
    })
    .join("");
}

/** The area between two lines, one piece for each stretch without a gap. */
export function bandPath(low: readonly (Point | null)[], high: readonly (Point | null)[]): string {
  const pieces: [Point, Point][][] = [[]];
  low.forEach((below, at) => {
    const above = high[at] ?? null;
    if (below !== null && above !== null) pieces.at(-1)?.push([below, above]);
    else pieces.push([]);
  });
  const outline = (piece: [Point, Point][]) =>
    linePath([...piece.map(([, above]) => above), ...piece.map(([below]) => below).reverse()]);
  return pieces
    .filter((piece) => piece.length > 1)
    .map((piece) => `${outline(piece)}Z`)
    .join("");
}
