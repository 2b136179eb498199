// What the policy would have done, beside the rule as it is stored, the hotspots on record, and the original.
import { BarChart } from "@/charts/BarChart";
import { plural } from "@/lib/sentence";
import { type Column, columnsOf, inWords, LINES } from "./outcome";
import type { Replayed } from "./useBacktest";

const SEVERITIES = ["critical", "warn", "info"] as const;
const NAMES = { critical: "Critical", warn: "Warn", info: "Info" } as const;

export function Outcome({ tried, stored, behind }: { tried: Replayed; stored: Replayed; behind: boolean }) {
  const columns = columnsOf(tried, stored);
  const sentence = inWords(tried, stored);
  return (
    <div className="space-y-4">
      <p aria-live="polite" className="font-medium">
        {behind ? "Replaying…" : sentence}
      </p>
      <div className={behind ? "opacity-60" : undefined}>
        <BarChart
          title="Episodes by severity"
          sentence={`With the tried policy ${sentence}`}
          height={180}
          unit="episodes"
          stacked
          axis={{ label: "Policy", ticks: columns.map(({ name }) => name) }}
          series={SEVERITIES.map((severity) => ({
            label: NAMES[severity],
            values: columns.map(({ found }) => found.by_severity[severity] ?? 0),
          }))}
        />
        <Comparison columns={columns} />
      </div>
      <p className="text-sm text-muted">
        {plural(tried.observations, "event")} of {plural(tried.entities, "entity", "entities")};{" "}
        {tried.compared.toLocaleString("en-GB")} of them had a typical value to compare with. Typical is the{" "}
        {tried.typical}.
      </p>
    </div>
  );
}

function Comparison({ columns }: { columns: readonly Column[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label="Policies side by side" tabIndex={0} className="mt-4 overflow-x-auto">
      <table className="w-full text-xs sm:text-sm">
        <thead>
          <tr>
            <th scope="col" className="sr-only">
              What
            </th>
            {columns.map(({ name, about }) => (
              <th key={name} scope="col" title={about} className="px-1 py-1 text-right sm:px-2 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {LINES.map((line) => (
            <tr key={line.name}>
              <th scope="row" className="py-1 text-left font-normal text-muted">
                {line.name}
              </th>
              {columns.map((column) => (
                <td key={column.name} className="px-1 py-1 text-right sm:px-2">
                  {line.of(column) ?? (
                    <>
                      <span aria-hidden>–</span>
                      <span className="sr-only">not known</span>
                    </>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
