// Hotspots: what stands out from what is typical, as a table with trends.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ask, askPages, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { type Asked, Panel } from "@/ui/panel";
import { sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { columns } from "./columns";
import { Filters } from "./Filters";
import { Standing } from "./Standing";
import { asked, type Hotspot, narrowed } from "./words";

const route = getRouteApi("/hotspots");
const idOf = (hotspot: Hotspot) => hotspot.id;

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
  const query = useInfiniteQuery(askPages("/hotspots", { query: asked(search) }));
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const held = useHeld(rows, idOf, JSON.stringify(search));
  const entities = useMemo(() => [...new Set(rows.map(({ entity }) => entity))].sort(), [rows]);
  const listed: Asked<Hotspot[]> = { ...query, data: query.data && rows };
  const open = ({ id }: Hotspot) =>
    void navigate({ to: "/hotspots/$hotspotId", params: { hotspotId: String(id) } });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Filters entities={entities} />
      </div>
      <Panel
        title="What stands out"
        query={listed}
        lines={8}
        isEmpty={(found) => found.length === 0}
        empty={nothing(narrowed(search))}
        partial={() =>
          search.sort && query.hasNextPage
            ? `Sorted are only the ${rows.length} that are loaded; scroll to load more.`
            : null
        }
      >
        {() => (
          <>
            <DataTable
              label="Hotspots"
              columns={columns}
              rows={held.rows}
              rowId={({ id }) => String(id)}
              onOpen={open}
              sort={sortOf(search.sort)}
              onSort={(sort) => void navigate({ search: (now) => ({ ...now, sort: sortText(sort) }) })}
              waiting={held}
              more={{
                has: query.hasNextPage,
                busy: query.isFetchingNextPage,
                load: query.fetchNextPage,
                total: query.data?.pages[0]?.total ?? null,
              }}
              pageKeys
            />
            <p className="mt-2 text-sm text-muted">
              Trend: the last events against what was typical of each. Whether a figure was measured or
              estimated stands on the page of its hotspot.
            </p>
          </>
        )}
      </Panel>
    </>
  );
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
