// Hotspots: what stands out from what is typical, as a table with trends.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ask, askPages, moreOf, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { type Asked, Panel } from "@/ui/panel";
import { sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { columns, columnsOfOneState, type Row } from "./columns";
import { Filters } from "./Filters";
import { Standing } from "./Standing";
import { type Spark, useSparks } from "./sparks";
import { asked, type Listed, narrowed, ORDERS } from "./words";

const route = getRouteApi("/hotspots");
const idOf = (hotspot: Listed) => hotspot.id;

export function HotspotsPage() {
  useLive(["hotspots"]);
  const stats = useQuery(ask("/hotspots/stats"));
  return (
    <Page title="Hotspots" about="Where emissions stand out from what is typical of the same activity.">
      <div className="grid min-w-0 gap-4">
        <Standing query={stats} />
        <List />
      </div>
    </Page>
  );
}

function List() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { query, rows } = useListed();
  const held = useHeld(rows, idOf, JSON.stringify(search));
  const sparkOf = useSparks(query.data?.pages ?? []);
  const shown: Row[] = useMemo(
    () => held.rows.map((row) => withSpark(row, sparkOf(row.id))),
    [held.rows, sparkOf],
  );
  const listed: Asked<Listed[]> = { ...query, data: query.data && rows };
  const open = ({ id }: Listed) =>
    void navigate({ to: "/hotspots/$hotspotId", params: { hotspotId: String(id) } });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Filters />
      </div>
      <Panel
        title="What stands out"
        query={listed}
        lines={8}
        isEmpty={(found) => found.length === 0}
        empty={nothing(narrowed(search))}
      >
        {() => (
          <>
            <DataTable
              label="Hotspots"
              columns={search.state === "all" ? columns : columnsOfOneState}
              rows={shown}
              rowId={({ id }) => String(id)}
              onOpen={open}
              sort={sortOf(search.sort)}
              onSort={(sort) =>
                void navigate({ search: (now) => ({ ...now, sort: orderOf(sortText(sort)) }) })
              }
              waiting={held}
              more={moreOf(query)}
              pageKeys
            />
            <p className="mt-2 text-sm text-muted">
              14 days: what the entity emitted on each of the last 14 days (UTC), today so far, by what was
              typical of the same activity.
            </p>
          </>
        )}
      </Panel>
    </>
  );
}

/** The rows of all pages, each once: one that changes its place may be in two of them. */
function useListed() {
  const search = route.useSearch();
  const query = useInfiniteQuery(askPages("/hotspots", { query: asked(search) }));
  const rows = useMemo(
    () => [...new Map(rowsOf(query.data).map((row) => [row.id, row])).values()],
    [query.data],
  );
  return { query, rows };
}

const made = new WeakMap<Listed, Row>();

/** The very same row while nothing of it has changed: it is not shown anew then. */
function withSpark(row: Listed, spark: Spark): Row {
  const before = made.get(row);
  if (before?.spark === spark) return before;
  const now = { ...row, spark };
  made.set(row, now);
  return now;
}

function orderOf(words: string) {
  return ORDERS.find((order) => order === words) ?? "";
}

function nothing(isNarrowed: boolean) {
  const words = isNarrowed ? "No hotspot fits these filters." : "Nothing has stood out yet.";
  const next = isNarrowed ? (
    <Link to="/hotspots" search={{ state: "all" }} className="text-accent underline">
      Show all hotspots
    </Link>
  ) : (
    <Link to="/import" className="text-accent underline">
      Import a file
    </Link>
  );
  return { words, next };
}
