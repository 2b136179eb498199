// How far a sum has come towards the range it is expected to end in.

interface Given {
  value: number;
  low: number;
  high: number;
  words: string;
}

export function Meter({ value, low, high, words }: Given) {
  const most = Math.max(value, high) * 1.05;
  const share = (part: number) => `${(part / most) * 100}%`;
  return (
    <div role="img" aria-label={words} className="relative h-2 rounded-full bg-raised">
      <div
        className="absolute h-2 rounded-full bg-accent/25"
        style={{ left: share(low), width: share(high - low) }}
      />
      <div className="absolute top-0.5 h-1 rounded-full bg-accent" style={{ width: share(value) }} />
    </div>
  );
}
