// The month's targets and how they go; opening one shows it day by day.
import { getRouteApi } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Shape } from "@/api/types";
import { massText, percent } from "@/lib/format";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Mass } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { NewTarget } from "./NewTarget";
import { chanceText, dayText, type Progress, targetName } from "./targets";

const here = getRouteApi("/forecast");

const COLUMNS: Column<Progress>[] = [
  { id: "name", header: "Target of", value: targetName },
  {
    id: "verdict",
    header: "Stands",
    value: ({ verdict }) => verdict,
    cell: ({ verdict }) => <State state={verdict} />,
  },
  {
    id: "amount",
    header: "Amount",
    value: ({ amount_kg }) => amount_kg,
    cell: ({ amount_kg, standing }) => (
      <>
        <Mass kg={amount_kg} />
        {standing && <span className="text-muted"> each month</span>}
      </>
    ),
    align: "end",
  },
  {
    id: "spent",
    header: "Gone",
    value: ({ spent_kg }) => spent_kg,
    cell: ({ spent_kg, share }) => `${massText(spent_kg)} (${percent(share * 100)})`,
    align: "end",
  },
  {
    id: "end",
    header: "Month's end",
    value: ({ month_end_kg }) => month_end_kg,
    cell: ({ month_end_kg }) => <Mass kg={month_end_kg} />,
    align: "end",
  },
  {
    id: "chance",
    header: "Chance to pass it",
    value: ({ chance }) => chance,
    cell: ({ chance }) => chanceText(chance) ?? "–",
    align: "end",
  },
  {
    id: "passes",
    header: "Passes it on",
    value: ({ passes_on }) => passes_on,
    cell: ({ passes_on }) => (passes_on ? dayText(passes_on) : "–"),
  },
];
const idOf = ({ target_id }: Progress) => String(target_id);

export function Targets({ query }: { query: Asked<Shape<"MonthProgress">> }) {
  const { month, target } = here.useSearch();
  const navigate = here.useNavigate();
  const [adding, add] = useState(false);
  useShortcuts([{ keys: "t", does: "Set a target", run: () => add(true) }]);
  return (
    <Panel
      title="Targets"
      query={query}
      className="lg:col-span-3"
      isEmpty={({ targets }) => targets.length === 0}
      empty={{
        words: `No target holds in ${month || "this month"}.`,
        next: <Button onClick={() => add(true)}>Set a target</Button>,
      }}
      partial={({ targets }) => targets.find(({ verdict }) => verdict === "unknown")?.reason}
      actions={
        <>
          <TextField
            label="Month"
            hideLabel
            type="month"
            value={month || (query.data?.month ?? "")}
            onChange={(event) =>
              void navigate({ search: (now) => ({ ...now, month: event.target.value, target: undefined }) })
            }
          />
          <Button icon={Plus} onClick={() => add(true)}>
            Set a target
          </Button>
          {adding && <NewTarget month={month || (query.data?.month ?? "")} onClose={() => add(false)} />}
        </>
      }
    >
      {({ targets, forecast_made_at }) => (
        <>
          <DataTable
            label="Targets of the month"
            columns={COLUMNS}
            rows={targets}
            rowId={idOf}
            openId={target === undefined ? undefined : String(target)}
            onOpen={({ target_id }) =>
              void navigate({ search: (now) => ({ ...now, target: target_id }), resetScroll: false })
            }
            pageKeys
          />
          <p className="mt-2 text-sm text-muted">
            Forecast made <Time at={forecast_made_at} missing="at no time" />. Enter on a row shows it day by
            day.
          </p>
        </>
      )}
    </Panel>
  );
}
