// The queue: filters, the table, and decisions on several at once.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { Button } from "@/ui/button";
import { EntityField } from "@/ui/entityField";
import { Exact } from "@/ui/exact";
import { Panel } from "@/ui/panel";
import { sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Bulk } from "./Bulk";
import { COLUMNS } from "./columns";
import type { Recommendation } from "./decisions";
import { Together } from "./Together";

const route = getRouteApi("/recommendations");
const idOf = (row: Recommendation) => row.id;
const rowId = (row: Recommendation) => String(row.id);
const PAGE = 100;

const NONE: ReadonlySet<string> = new Set();

export function Queue() {
  const [selected, setSelected] = useState(NONE);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { status, entity, assignee, hotspot } = search;
  const query = {
    ...(status !== "all" && { status }),
    ...(entity && { entity }),
    ...(assignee && { assignee }),
    ...(hotspot !== undefined && { hotspot_id: hotspot }),
    limit: PAGE,
  };
  const list = useInfiniteQuery(askPages("/recommendations", { query }));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const held = useHeld(rows, idOf, JSON.stringify(query));
  const chosen = useMemo(
    () => new Set([...selected].filter((id) => rows.some((row) => rowId(row) === id))),
    [selected, rows],
  );
  const filtered = Boolean(entity || assignee || hotspot !== undefined);
  return (
    <>
      <Panel
        title="Queue"
        query={list}
        lines={8}
        isEmpty={() => rows.length === 0 && !filtered}
        empty={{ words: emptyWords(status), next: <Elsewhere /> }}
      >
        {() => (
          <>
            <DataTable
              label="Recommendations"
              columns={COLUMNS}
              rows={held.rows}
              rowId={rowId}
              waiting={held}
              openId={search.open === undefined ? undefined : String(search.open)}
              onOpen={(row) => void navigate({ search: (now) => ({ ...now, open: row.id }) })}
              sort={sortOf(search.sort)}
              onSort={(sort) => void navigate({ search: (now) => ({ ...now, sort: sortText(sort) }) })}
              selection={{ ids: chosen, onChange: setSelected }}
              more={moreOf(list)}
              filters={<Filters />}
              pageKeys
            />
            {rows.length === 0 && <p className="py-4 text-center text-muted">None is like that.</p>}
            <Bulk rows={rows.filter((row) => chosen.has(rowId(row)))} onDone={() => setSelected(NONE)} />
          </>
        )}
      </Panel>
      <Together selected={chosen} />
    </>
  );
}

function Filters() {
  const { entity, assignee, hotspot } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <EntityField
        hideLabel
        placeholder="Entity"
        className="w-36"
        value={entity}
        onValue={(value) => void navigate({ search: (now) => ({ ...now, entity: value }) })}
      />
      <Exact
        label="Assigned to"
        value={assignee}
        onValue={(value) => void navigate({ search: (now) => ({ ...now, assignee: value }) })}
      />
      {hotspot !== undefined && (
        <Button onClick={() => void navigate({ search: (now) => ({ ...now, hotspot: undefined }) })}>
          Of hotspot {hotspot} only ×
        </Button>
      )}
    </>
  );
}

function Elsewhere() {
  return (
    <div className="flex gap-4">
      <Link to="/hotspots" className="text-accent underline">
        Hotspots
      </Link>
      <Link to="/recommendations" search={{ status: "all" }} className="text-accent underline">
        All recommendations
      </Link>
    </div>
  );
}

function emptyWords(status: string): string {
  if (status === "pending")
    return "Nothing waits for a decision. Measures are proposed when a hotspot opens.";
  if (status === "all") return "No measure was proposed yet. That happens when a hotspot opens or rises.";
  return `None is ${status.replaceAll("_", " ")}.`;
}
