// The weeks since a measure is in place: the saving of each with what was expected, and the sum with its interval.
import type { Shape } from "@/api/types";
import { LineChart } from "@/charts/LineChart";
import { day, shortDay } from "@/lib/format";
import { Mass } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { intervalText, notCompared, type Week, weeksInWords } from "./verdicts";

const rowId = (week: Week) => String(week.week);
const COLUMNS: Column<Week>[] = [
  { id: "week", header: "Week", value: (week) => week.week, cell: (week) => `Week ${week.week}` },
  {
    id: "from",
    header: "From",
    value: (week) => week.starts_at,
    cell: (week) => day(new Date(week.starts_at)),
  },
  {
    id: "expected",
    header: "Expected",
    value: (week) => week.counterfactual_kg,
    cell: (week) => <Mass kg={week.counterfactual_kg} />,
    align: "end",
  },
  {
    id: "actual",
    header: "Actual",
    value: (week) => week.actual_kg,
    cell: (week) => <Mass kg={week.actual_kg} />,
    align: "end",
  },
  {
    id: "saving",
    header: "Saving",
    value: (week) => week.saving_kg,
    cell: (week) => (
      <>
        <Mass kg={week.saving_kg} />
        <span className="block text-xs text-muted">
          {intervalText({ low: week.low_kg, high: week.high_kg })}
        </span>
      </>
    ),
    align: "end",
  },
  {
    id: "why",
    header: "Not compared",
    value: (week) => week.reason ?? notCompared(week),
    sortable: false,
  },
];

export function Weeks({ query }: { query: Asked<Shape<"MeasuredSaving">> }) {
  return (
    <Panel
      title="Week by week"
      query={query}
      lines={8}
      isEmpty={({ weekly }) => weekly.length === 0}
      empty={{ words: "No week is over yet. Weeks count from when it is in place." }}
      partial={({ weekly }) => left(weekly)}
    >
      {({ weekly }) => (
        <div className="space-y-3">
          <Sums weeks={weekly} />
          <DataTable label="Weeks" columns={COLUMNS} rows={weekly} rowId={rowId} maxHeight="24rem" />
        </div>
      )}
    </Panel>
  );
}

function left(weeks: readonly Week[]): string | null {
  const count = weeks.filter(({ reason }) => reason !== null).length;
  return count > 0 ? `${count} of ${weeks.length} weeks could not be compared; the table says why.` : null;
}

function Sums({ weeks }: { weeks: readonly Week[] }) {
  const starts = weeks.map(({ starts_at }) => new Date(starts_at));
  const known = weeks.some(({ cumulative_kg }) => cumulative_kg !== null);
  if (!known) return null;
  return (
    <LineChart
      title="Saving in all, week by week"
      sentence={weeksInWords(weeks)}
      unit="kg"
      axis={{ label: "Week from", ticks: starts.map(shortDay), names: starts.map(day) }}
      series={[{ label: "Saving so far", values: weeks.map(({ cumulative_kg }) => cumulative_kg) }]}
      band={{
        label: "95 % interval",
        low: weeks.map(({ cumulative_low_kg }) => cumulative_low_kg),
        high: weeks.map(({ cumulative_high_kg }) => cumulative_high_kg),
      }}
    />
  );
}
