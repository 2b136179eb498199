// What is known of sites and routes that no event tells: who runs them, their grid, area, refrigerant, furnaces.
import { useInfiniteQuery } from "@tanstack/react-query";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import { label, plural } from "@/lib/sentence";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { factsOf, type Profile, profileName } from "./facts";

const COLUMNS: Column<Profile>[] = [
  { id: "entity", header: "Entity", value: (row) => row.entity },
  { id: "type", header: "Type", value: (row) => label(row.entity_type) },
  {
    id: "facts",
    header: "Known",
    value: (row) => factsOf(row).length,
    cell: (row) => plural(factsOf(row).length, "fact"),
    align: "end",
  },
  { id: "grid", header: "Grid region", value: (row) => row.grid_region, wideOnly: true },
  { id: "operator", header: "Run by", value: (row) => row.operator, wideOnly: true },
  {
    id: "at",
    header: "Changed",
    value: (row) => row.updated_at,
    cell: (row) => <Time at={row.updated_at} />,
  },
];

export function Profiles({ openName, onOpen }: { openName: string; onOpen: (name: string) => void }) {
  const query = useInfiniteQuery(askPages("/entities/profiles", { query: { limit: 100 } }));
  const rows = rowsOf(query.data);
  const open = rows.find((row) => profileName(row) === openName);
  return (
    <>
      <Panel
        title="Entity profiles"
        query={query}
        className="lg:col-span-2"
        isEmpty={() => rows.length === 0}
        empty={{
          words:
            "No profile is kept. Without one a site's electricity counts with the grid of the engine's settings.",
          next: (
            <a href="/docs" className="text-accent underline">
              Set one over the API
            </a>
          ),
        }}
      >
        {() => (
          <DataTable
            label="Entity profiles"
            columns={COLUMNS}
            rows={rows}
            rowId={profileName}
            onOpen={(row) => onOpen(profileName(row))}
            openId={openName}
            more={moreOf(query)}
            maxHeight="24rem"
          />
        )}
      </Panel>
      <Dialog
        open={open !== undefined}
        onOpenChange={(now) => !now && onOpen("")}
        title={open?.entity ?? ""}
        about={open ? label(open.entity_type) : undefined}
        side="right"
      >
        {open && <Facts profile={open} />}
      </Dialog>
    </>
  );
}

function Facts({ profile }: { profile: Profile }) {
  const facts = factsOf(profile);
  if (facts.length === 0) return <p className="text-muted">Nothing is set.</p>;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
