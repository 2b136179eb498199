// Where the last 24 hours came from: by entity, type or scope, with shares.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { percent } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { Segments } from "@/ui/field";
import { Mass } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { basisOfShare } from "./words";

const route = getRouteApi("/");
const MOST_SHOWN = 8;
const WAYS = [
  { value: "entity", label: "Entity" },
  { value: "type", label: "Type" },
  { value: "scope", label: "Scope" },
] as const;
const ASKED = { entity: "entity", type: "event_type", scope: "scope" } as const;

type Breakdown = Shape<"Breakdown">;
type Contributor = Shape<"Contributor">;

export function Contributors() {
  const { by } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(
    ask("/emissions/breakdown", { query: { hours: 24, by: ASKED[by], limit: MOST_SHOWN } }),
  );
  return (
    <Panel
      title="Contributors"
      query={query}
      actions={
        <Segments
          label="Contributors by"
          value={by}
          onValue={(way) => void navigate({ search: { by: way } })}
          options={WAYS}
        />
      }
      isEmpty={({ parts }) => parts.length === 0}
      empty={{ words: "Nothing was emitted in the last 24 hours, as far as is known." }}
      partial={({ reason }) => reason}
      lines={7}
    >
      {(breakdown) => <Shares of={breakdown} />}
    </Panel>
  );
}

function Shares({ of: { parts, others, by } }: { of: Breakdown }) {
  return (
    <table className="w-full text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Emissions</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <Row key={`${part.entity_type} ${part.name}`} part={part} linked={by === "entity"} />
        ))}
        {others && <Row part={{ ...others, name: plural(others.count, "other"), entity_type: null }} />}
      </tbody>
    </table>
  );
}

function Row({ part, linked = false }: { part: Contributor; linked?: boolean }) {
  const { name, entity_type, co2e_kg, measured_kg, share } = part;
  return (
    <tr>
      <th scope="row" className="max-w-0 py-1 pr-3 text-left font-normal">
        <div className="truncate" title={entity_type ? `${name}, ${entity_type}` : name}>
          {linked ? (
            <Link to="/hotspots" search={{ entity: name }} className="hover:underline">
              {name}
            </Link>
          ) : (
            label(name)
          )}
        </div>
        <div aria-hidden className="mt-1 h-1 rounded-full bg-raised">
          <div className="h-1 rounded-full bg-series-1" style={{ width: `${(share ?? 0) * 100}%` }} />
        </div>
      </th>
      <td className="w-20 py-1 text-right align-top whitespace-nowrap">
        <Mass kg={co2e_kg} basis={basisOfShare(co2e_kg > 0 ? measured_kg / co2e_kg : null)} />
      </td>
      <td className="w-12 py-1 text-right align-top whitespace-nowrap text-muted">
        {share === null ? "–" : percent(share * 100)}
      </td>
    </tr>
  );
}
