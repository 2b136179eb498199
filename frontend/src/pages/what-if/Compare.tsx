// The last runs of two to four scenarios side by side, with what keeps them from being compared.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { BarChart } from "@/charts/BarChart";
import { change, massText } from "@/lib/format";
import { listed } from "@/lib/sentence";
import { Panel } from "@/ui/panel";
import { intervalText, money, signed } from "./answer";
import { PlainTable } from "./tables";

type Comparison = Shape<"ScenarioComparison">;
type Compared = Comparison["scenarios"][number];

export function Compare({ ids }: { ids: readonly string[] }) {
  const query = useQuery(ask("/scenarios/compare", { query: { ids: ids.join(",") } }));
  return (
    <Panel
      title="Side by side"
      query={query}
      lines={8}
      partial={({ comparable, warnings }) =>
        comparable ? null : `These do not compare: ${warnings.join(" ")}`
      }
    >
      {({ scenarios }) => (
        <div className="space-y-4">
          <BarChart
            title="Scenarios side by side"
            sentence={comparedInWords(scenarios)}
            height={200}
            unit="kg"
            axis={{ label: "Scenario", ticks: scenarios.map(({ name }) => name) }}
            series={[
              { label: "As it was", values: scenarios.map(({ baseline_kg }) => baseline_kg) },
              { label: "As it would be", values: scenarios.map(({ changed_kg }) => changed_kg) },
            ]}
          />
          <PlainTable
            title="Numbers"
            head={["What", ...scenarios.map(({ name }) => name)]}
            rows={rowsOf(scenarios)}
          />
        </div>
      )}
    </Panel>
  );
}

export function comparedInWords(scenarios: readonly Compared[]): string {
  const each = scenarios.map(
    ({ name, delta_kg }) => `${name} ${delta_kg === null ? "is not known" : signed(delta_kg)}`,
  );
  return `Difference: ${listed(each)}.`;
}

function rowsOf(scenarios: readonly Compared[]) {
  const row = (name: string, tell: (of: Compared) => ReactNode) => ({
    key: name,
    cells: [name, ...scenarios.map((each) => tell(each) ?? "not known")],
  });
  const kg = (value: number | null) => (value === null ? null : signed(value));
  const costs = scenarios.some(({ cost }) => cost !== null);
  return [
    row("Difference", ({ delta_kg }) => kg(delta_kg)),
    row("Interval", ({ delta_low_kg, delta_high_kg }) => intervalText(delta_low_kg, delta_high_kg)),
    row("Of what was", ({ percent }) => (percent === null ? null : change(percent))),
    row("As it was", ({ baseline_kg }) => (baseline_kg === null ? null : massText(baseline_kg))),
    row("A week", ({ per_week_kg }) => kg(per_week_kg)),
    row("A year", ({ per_year_kg }) => kg(per_year_kg)),
    row("Scope 1", ({ scopes }) => signed(scopes.scope_1.change)),
    row("Scope 2", ({ scopes }) => signed(scopes.scope_2.change)),
    row("Scope 3", ({ scopes }) => signed(scopes.scope_3.change)),
    ...(costs
      ? [row("Cost", ({ cost }) => (cost && cost.change !== null ? money(cost.change, cost.currency) : null))]
      : []),
    row("Events", ({ events }) => events.toLocaleString("en-GB")),
    row("Days", ({ first_day, last_day }) => `${first_day} to ${last_day}`),
    row("Factors, grid", ({ factor_set, grid_region }) => `${factor_set}, ${grid_region}`),
  ];
}
