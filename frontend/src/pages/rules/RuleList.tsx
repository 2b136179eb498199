// All rules: what each watches, when it speaks and whom it tells.
import { getRouteApi } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { label } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Asked, Panel } from "@/ui/panel";
import { type Column, sortOf, sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import type { Rule } from "./policy";
import { speaks, watched } from "./words";

const route = getRouteApi("/rules");
const rowId = ({ name }: Rule) => name;

const COLUMNS: readonly Column<Rule>[] = [
  {
    id: "name",
    header: "Rule",
    value: ({ name }) => name,
    cell: ({ name, built_in }) => (
      <span className="flex flex-wrap items-center gap-1 font-medium">
        {name} {built_in && <Badge tone="neutral">built in</Badge>}
      </span>
    ),
  },
  { id: "kind", header: "Kind", value: ({ kind }) => label(kind) },
  { id: "match", header: "Watches", value: watched },
  { id: "speaks", header: "Speaks when", value: speaks },
  { id: "for", header: "For", value: (rule) => String(rule.for), sortable: false, wideOnly: true },
  {
    id: "receivers",
    header: "Tells",
    value: ({ receivers = [] }) => receivers.join(", ") || null,
    cell: ({ receivers = [] }) => receivers.join(", ") || <span className="text-muted">nobody</span>,
  },
  {
    id: "enabled",
    header: "State",
    value: ({ enabled }) => (enabled ? "on" : "off"),
    cell: ({ enabled }) => <Badge tone={enabled ? "good" : "neutral"}>{enabled ? "On" : "Off"}</Badge>,
  },
];

export function RuleList({ query }: { query: Asked<Rule[]> }) {
  const { open, sort } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Panel
      title="All rules"
      query={query}
      lines={6}
      isEmpty={(rules) => rules.length === 0}
      empty={{ words: "There is no rule." }}
      actions={
        <Button
          icon={Plus}
          onClick={() => void navigate({ search: (now) => ({ ...now, open: "", making: true }) })}
        >
          New rule
        </Button>
      }
    >
      {(rules) => (
        <DataTable
          label="Rules"
          columns={COLUMNS}
          rows={rules}
          rowId={rowId}
          onOpen={({ name }) => void navigate({ search: (now) => ({ ...now, open: name, making: false }) })}
          openId={open || undefined}
          sort={sortOf(sort)}
          onSort={(next) => void navigate({ search: (now) => ({ ...now, sort: sortText(next) }) })}
          pageKeys
        />
      )}
    </Panel>
  );
}
