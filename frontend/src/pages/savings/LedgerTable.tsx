// The ledger: every measure that is in place, what it promised, and what it saved.
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Shape } from "@/api/types";
import { useHeld } from "@/lib/held";
import { label } from "@/lib/sentence";
import { Select } from "@/ui/field";
import { type Asked, Panel } from "@/ui/panel";
import { sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { COLUMNS } from "./columns";
import { type Line, ofVerdict, VERDICTS } from "./verdicts";

const route = getRouteApi("/savings");
const idOf = (line: Line) => line.recommendation_id;
const rowId = (line: Line) => String(line.recommendation_id);
const OPTIONS = [
  { value: "all" as const, label: "Every verdict" },
  ...VERDICTS.map((each) => ({ value: each, label: label(each) })),
];

export function LedgerTable({ query }: { query: Asked<Shape<"Ledger">> }) {
  const { verdict, open, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const rows = useMemo(() => ofVerdict(query.data?.recommendations ?? [], verdict), [query.data, verdict]);
  const held = useHeld(rows, idOf, verdict);
  return (
    <Panel
      title="Ledger"
      query={query}
      lines={6}
      isEmpty={({ recommendations }) => recommendations.length === 0}
      empty={{
        words: "Once an approved measure is in place, what it saves is followed here week by week.",
        next: (
          <Link to="/recommendations" search={{ status: "approved" }} className="text-accent underline">
            Approved recommendations
          </Link>
        ),
      }}
    >
      {() => (
        <>
          <DataTable
            label="Savings"
            columns={COLUMNS}
            rows={held.rows}
            rowId={rowId}
            waiting={held}
            openId={open === undefined ? undefined : String(open)}
            onOpen={(line) => void navigate({ search: (now) => ({ ...now, open: idOf(line) }) })}
            sort={sortOf(sort)}
            onSort={(next) => void navigate({ search: (now) => ({ ...now, sort: sortText(next) }) })}
            filters={
              <Select
                label="Verdict"
                hideLabel
                value={verdict}
                onValue={(next) => void navigate({ search: (now) => ({ ...now, verdict: next }) })}
                options={OPTIONS}
              />
            }
            pageKeys
          />
          {rows.length === 0 && <p className="py-4 text-center text-muted">None has this verdict.</p>}
        </>
      )}
    </Panel>
  );
}
