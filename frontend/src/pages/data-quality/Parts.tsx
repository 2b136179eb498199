// The six parts of a score as bars, and the reasons that cost points.
import { percent } from "@/lib/format";
import { type Part, parts } from "./quality";

type Scored = Parameters<typeof parts>[0];

export function Parts({ of }: { of: Scored }) {
  return (
    <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5">
      {parts(of).map((part) => (
        <One key={part.name} part={part} />
      ))}
    </dl>
  );
}

function One({ part: { name, pct, means } }: { part: Part }) {
  return (
    <>
      <dt>
        {name}
        <span className="sr-only">, {means}</span>
      </dt>
      <dd aria-hidden title={means} className="h-1.5 overflow-hidden rounded-full bg-raised">
        {pct !== null && <div className="h-full bg-series-1" style={{ width: `${pct}%` }} />}
      </dd>
      <dd className="text-right">{pct === null ? "not known" : percent(pct)}</dd>
    </>
  );
}

export function Reasons({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0) return <p className="text-sm text-muted">Nothing cost points.</p>;
  return (
    <ul aria-label="What cost points" className="list-disc space-y-1 pl-4 text-sm">
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}
