// Where the last 24 hours came from: by entity, type or scope, with shares.
import { getRouteApi, Link } from "@tanstack/react-router";
import { absolute, massText, percent } from "@/lib/format";
import { Segments } from "@/ui/field";
import { type Asked, Panel } from "@/ui/panel";
import { byScope, byType, largestFirst, type Part, reach, within } from "./estimates";
import type { Day } from "./model";

const route = getRouteApi("/");
const MOST_SHOWN = 8;
const WAYS = [
  { value: "entity", label: "Entity" },
  { value: "type", label: "Type" },
  { value: "scope", label: "Scope" },
] as const;
type Way = (typeof WAYS)[number]["value"];

export function Contributors({ query }: { query: Asked<Day> }) {
  const { by } = route.useSearch();
  const navigate = route.useNavigate();
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
      isEmpty={(day) => partsOf(day, by).length === 0}
      empty={{ words: "Nothing was emitted in the last 24 hours, as far as is known." }}
      partial={(day) => incomplete(day, by)}
      lines={7}
    >
      {(day) => <Shares parts={partsOf(day, by)} linked={by === "entity"} />}
    </Panel>
  );
}

function partsOf({ current, estimates }: Day, by: Way): Part[] {
  if (by === "entity") return largestFirst(current.categories);
  const inWindow = within(estimates, new Date(current.window_start), new Date(current.window_end));
  return by === "type" ? byType(inWindow) : byScope(inWindow);
}

function incomplete({ current, estimates }: Day, by: Way): string | null {
  const since = by === "entity" ? null : reach(estimates, new Date(current.window_start));
  return since && `Only the newest ${estimates.length} estimates are in it, back to ${absolute(since)}.`;
}

function Shares({ parts, linked }: { parts: readonly Part[]; linked: boolean }) {
  const all = parts.reduce((sum, { kg }) => sum + kg, 0);
  const rest = parts.slice(MOST_SHOWN);
  const restKg = rest.reduce((sum, { kg }) => sum + kg, 0);
  const shown = [
    ...parts.slice(0, MOST_SHOWN),
    ...(rest.length ? [{ name: `${rest.length} others`, kg: restKg }] : []),
  ];
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
        {shown.map(({ name, kg }, at) => (
          <tr key={name}>
            <th scope="row" className="max-w-0 py-1 pr-3 text-left font-normal">
              <div className="truncate" title={name}>
                {linked && at < MOST_SHOWN ? (
                  <Link to="/hotspots" search={{ entity: name }} className="hover:underline">
                    {name}
                  </Link>
                ) : (
                  name
                )}
              </div>
              <div aria-hidden className="mt-1 h-1 rounded-full bg-raised">
                <div
                  className="h-1 rounded-full bg-series-1"
                  style={{ width: `${all ? (kg / all) * 100 : 0}%` }}
                />
              </div>
            </th>
            <td className="w-20 py-1 text-right align-top whitespace-nowrap">{massText(kg)}</td>
            <td className="w-14 py-1 text-right align-top whitespace-nowrap text-muted">
              {all ? percent((kg / all) * 100) : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
