// The emission factors in use: which sets there are, which one counts, and a look into it.
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { Panel } from "@/ui/panel";
import { SavedField } from "@/ui/savedField";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";

type Factor = Shape<"FactorOfSet">;

const MOST = 100;
const COLUMNS: Column<Factor>[] = [
  { id: "id", header: "Factor", value: (row) => row.id },
  { id: "number", header: "Value", value: factorText, align: "end", sortable: false },
  { id: "publisher", header: "Publisher", value: (row) => `${row.publisher} ${row.year}` },
  { id: "region", header: "Region", value: (row) => row.region, wideOnly: true },
  {
    id: "status",
    header: "Read from",
    value: (row) => row.status,
    cell: (row) => (
      <Badge tone={row.status === "primary" ? "good" : "warn"}>
        {row.status === "primary" ? "the source" : "a transcription"}
      </Badge>
    ),
  },
];
const idOf = (row: Factor) => row.id;

export function FactorSets() {
  const sets = useQuery(ask("/factors/sets"));
  return (
    <Panel
      title="Factor sets"
      query={sets}
      isEmpty={(all) => all.length === 0}
      empty={{ words: "The engine has no factor set." }}
    >
      {(all) => (
        <ul className="divide-y">
          {all.map((set) => (
            <li key={set.name} className="py-1.5">
              <span className="font-medium">{set.name}</span>{" "}
              {set.default && <Badge tone="accent">in use</Badge>}{" "}
              <span className="text-sm text-muted">
                {set.status}, {plural(set.factors, "factor")} from {plural(set.editions.length, "edition")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function Factors({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const factors = useQuery(ask("/factors", { query: { limit: MOST, ...(search ? { search } : {}) } }));
  return (
    <Panel
      title="Factors"
      query={factors}
      className="lg:col-span-2"
      actions={
        <SavedField
          label="Look for a factor"
          hideLabel
          placeholder="Look for a factor"
          value={search}
          onValue={onSearch}
        />
      }
      isEmpty={(page) => page.factors.length === 0}
      empty={{ words: `No factor has "${search}" in its name.` }}
      partial={(page) =>
        page.total > page.factors.length
          ? `The first ${page.factors.length} of ${page.total.toLocaleString("en-GB")} factors of ${page.factor_set} are shown: look for one.`
          : null
      }
    >
      {(page) => (
        <DataTable label="Factors" columns={COLUMNS} rows={page.factors} rowId={idOf} maxHeight="24rem" />
      )}
    </Panel>
  );
}

/** Direct and upstream part together, or the one number it has; "–" where it has none. */
export function factorText({ direct, upstream, full_chain, value, unit }: Factor): string {
  const sum = direct === null && upstream === null ? null : (direct ?? 0) + (upstream ?? 0);
  const one = full_chain ?? sum ?? value;
  return one === null ? "–" : `${number(one)} ${unit}`;
}
