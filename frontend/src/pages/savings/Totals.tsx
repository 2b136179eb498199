// The ledger's sums: proven, not found, and what is not decided yet.
import type { Shape } from "@/api/types";
import { mass } from "@/lib/format";
import { label, listed } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { intervalText, totalNote } from "./verdicts";

type Ledger = Shape<"Ledger">;
type Total = Shape<"LedgerTotal">;
const BASIS = {
  kind: "estimated",
  reason: "frozen baselines less actual, over the weeks that could be compared",
} as const;

export function Totals({ query }: { query: Asked<Ledger> }) {
  return (
    <Panel
      title="In all"
      query={query}
      lines={3}
      isEmpty={({ recommendations }) => recommendations.length === 0}
      empty={{ words: "No measure is in place yet, so there is no saving to sum up." }}
    >
      {({ totals, waiting_because }) => (
        <div className="grid gap-4 sm:grid-cols-3">
          <Sum title="Verified" total={totals.verified} />
          <Sum title="Not effective" total={totals.not_effective} />
          <Sum title="Not decided yet" total={totals.waiting} more={becauseText(waiting_because)} />
        </div>
      )}
    </Panel>
  );
}

function Sum({ title, total, more }: { title: string; total: Total; more?: string }) {
  const { saved_kg, saved_low_kg, saved_high_kg } = total;
  const interval = intervalText({ low: saved_low_kg, high: saved_high_kg });
  const unknown = total.count > 0 ? "no week could be compared yet" : "there is none";
  return (
    <Figure
      label={title}
      quantity={saved_kg === null ? null : mass(saved_kg)}
      basis={saved_kg === null ? { kind: "insufficient", reason: unknown } : BASIS}
      note={
        <>
          {interval && <span className="block">95 % interval {interval}</span>}
          <span className="block">{totalNote(total)}</span>
          {more && <span className="block">{more}</span>}
        </>
      }
    />
  );
}

/** "2 inconclusive and 1 waiting". */
export function becauseText(because: Readonly<Record<string, number>>): string {
  return listed(
    Object.entries(because)
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${count} ${label(verdict).toLowerCase()}`),
  );
}
