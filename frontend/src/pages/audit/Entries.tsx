// The entries, newest first, with filters. New ones wait until they are asked for.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { Button } from "@/ui/button";
import { Exact } from "@/ui/exact";
import { TextField } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { DataTable } from "@/ui/table/DataTable";
import { COLUMNS } from "./columns";
import { askedOf, type Entry, isFiltered, type Search } from "./filters";

const route = getRouteApi("/audit");
const idOf = (entry: Entry) => entry.id;
const rowId = (entry: Entry) => String(entry.id);
const PAGE = 100;
const RENEW_MS = 20_000;
const NONE: Search = { action: "", kind: "", thing: "", actor: "", since: "", until: "" };

export function Entries() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const asked = askedOf(search);
  const list = useInfiniteQuery({
    ...askPages("/audit", { query: { ...asked, limit: PAGE } }),
    // not everything on the trail is told by the live feed
    refetchInterval: RENEW_MS,
  });
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const held = useHeld(rows, idOf, JSON.stringify(asked));
  return (
    <Panel
      title="Entries"
      query={list}
      lines={10}
      isEmpty={() => rows.length === 0 && !isFiltered(search)}
      empty={{ words: "Nothing has happened yet. The first change of state leaves the first entry." }}
    >
      {() => (
        <>
          <DataTable
            label="Audit entries"
            columns={COLUMNS}
            rows={held.rows}
            rowId={rowId}
            waiting={held}
            openId={search.open === undefined ? undefined : String(search.open)}
            onOpen={(entry) => void navigate({ search: (now) => ({ ...now, open: entry.id }) })}
            sort={null}
            more={moreOf(list)}
            filters={<Filters />}
            pageKeys
          />
          {rows.length === 0 && <p className="py-4 text-center text-muted">No entry is like that.</p>}
        </>
      )}
    </Panel>
  );
}

const TEXTS = [
  ["action", "Action"],
  ["kind", "Kind of thing"],
  ["thing", "Its id"],
  ["actor", "By whom"],
] as const;

function Filters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: keyof Search) => (value: string) =>
    void navigate({ search: (now) => ({ ...now, [name]: value }) });
  return (
    <>
      {TEXTS.map(([name, words]) => (
        <Exact key={name} label={words} value={search[name]} onValue={set(name)} className="w-32" />
      ))}
      <Day label="From" value={search.since} onValue={set("since")} />
      <Day label="To" value={search.until} onValue={set("until")} />
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => void navigate({ search: (now) => ({ ...now, ...NONE }) })}>
          Clear filters
        </Button>
      )}
    </>
  );
}

/** A day tells nothing before it is complete, so that it holds at once. */
function Day({ label, ...given }: { label: string; value: string; onValue: (day: string) => void }) {
  return (
    <div className="flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden>{label}</span>
      <TextField
        hideLabel
        label={label}
        type="date"
        value={given.value}
        onChange={({ target }) => given.onValue(target.value)}
      />
    </div>
  );
}
