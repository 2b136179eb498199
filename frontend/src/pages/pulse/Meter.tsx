// How far a sum has come towards the range it is expected to end in, and towards what it must not pass.

interface Given {
  value: number;
  /** Where it is expected to end; left out where that is not known. */
  range?: { low: number; high: number };
  /** What it must not pass. */
  limit?: number;
  words: string;
}

export function Meter({ value, range, limit, words }: Given) {
  const most = Math.max(value, range?.high ?? 0, limit ?? 0) * 1.05 || 1;
  const share = (part: number) => `${(part / most) * 100}%`;
  return (
    <div role="img" aria-label={words} className="relative h-2 rounded-full bg-raised">
      {range && (
        <div
          className="absolute h-2 rounded-full bg-accent/25"
          style={{ left: share(range.low), width: share(range.high - range.low) }}
        />
      )}
      <div className="absolute top-0.5 h-1 rounded-full bg-accent" style={{ width: share(value) }} />
      {limit !== undefined && (
        <div className="absolute -top-1 h-4 w-0.5 bg-ink" style={{ left: share(limit) }} />
      )}
    </div>
  );
}
