// Scenarios that are kept: two to four of them side by side, or one with its runs.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { change } from "@/lib/format";
import { Button } from "@/ui/button";
import { Mass } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { signed } from "./answer";
import { Compare } from "./Compare";
import { MOST_COMPARED } from "./route";
import { Scenario } from "./Scenario";

type Listed = Shape<"ListedScenario">;
const here = getRouteApi("/what-if");

const COLUMNS: Column<Listed>[] = [
  { id: "name", header: "Scenario", value: ({ name }) => name },
  {
    id: "delta",
    header: "Difference",
    value: ({ delta_kg }) => delta_kg,
    cell: ({ delta_kg }) => (delta_kg === null ? <Mass kg={null} /> : signed(delta_kg)),
    align: "end",
  },
  {
    id: "percent",
    header: "Of what was",
    value: (row) => row.percent,
    cell: (row) => (row.percent === null ? "–" : change(row.percent)),
    align: "end",
  },
  {
    id: "events",
    header: "Events",
    value: ({ event_count }) => event_count,
    cell: ({ event_count }) => event_count.toLocaleString("en-GB"),
    align: "end",
    wideOnly: true,
  },
  { id: "days", header: "Days", value: ({ first_day, last_day }) => `${first_day} to ${last_day}` },
  { id: "version", header: "Version", value: ({ version }) => version, align: "end", wideOnly: true },
  {
    id: "made",
    header: "Run",
    value: ({ made_at }) => made_at,
    cell: ({ made_at }) => <Time at={made_at} />,
  },
];
const idOf = ({ id }: Listed) => String(id);

export function Kept() {
  const { scenario, compare } = here.useSearch();
  const navigate = here.useNavigate();
  const kept = useInfiniteQuery(askPages("/scenarios", { query: { limit: 100 } }));
  const choose = (ids: ReadonlySet<string>) =>
    // of more than fit the newest chosen ones stay
    void navigate({
      search: (now) => ({ ...now, compare: [...ids].slice(-MOST_COMPARED) }),
      resetScroll: false,
    });
  return (
    <div className="grid gap-4">
      <Panel
        title="Scenarios"
        query={kept}
        isEmpty={(data) => rowsOf(data).length === 0}
        empty={{
          words: "No scenario is kept yet: ask a question and keep it.",
          next: (
            <Button onClick={() => void navigate({ search: (now) => ({ ...now, view: "ask" }) })}>
              Ask a question
            </Button>
          ),
        }}
      >
        {(data) => (
          <>
            <DataTable
              label="Kept scenarios"
              columns={COLUMNS}
              rows={rowsOf(data)}
              rowId={idOf}
              openId={scenario === undefined ? undefined : String(scenario)}
              onOpen={({ id }) =>
                void navigate({ search: (now) => ({ ...now, scenario: id }), resetScroll: false })
              }
              selection={{ ids: new Set(compare), onChange: choose }}
              more={moreOf(kept)}
              pageKeys
            />
            <p className="mt-2 text-sm text-muted">Choose two to four to compare them; Enter opens one.</p>
          </>
        )}
      </Panel>
      {compare.length > 1 && <Compare ids={compare.slice(0, MOST_COMPARED)} />}
      {scenario !== undefined && <Scenario key={scenario} id={scenario} />}
    </div>
  );
}
