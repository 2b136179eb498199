// Whose forecast, of what, how far and how sure: all of it in the address.
import { getRouteApi } from "@tanstack/react-router";
import { label } from "@/lib/sentence";
import { EntityField } from "@/ui/entityField";
import { Select } from "@/ui/field";
import { ENTITY_TYPES, EVENT_TYPES, LEVELS } from "./route";

const here = getRouteApi("/forecast");
const HORIZONS = [3, 7, 14, 21, 31];
const named = <const T extends string>(all: readonly T[]) =>
  all.map((value) => ({ value, label: label(value) }));
export const EVENTS = named(["all", ...EVENT_TYPES]);
const KINDS = named(["any", ...ENTITY_TYPES]);
const METRICS = [
  { value: "co2e_kg", label: "kg CO2e" },
  { value: "event_count", label: "Events" },
] as const;

export function Controls() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const set = (part: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...part }) });
  const horizons = [...new Set([...HORIZONS, search.horizon])].sort((a, b) => a - b);
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
      <Select label="Event type" value={search.event} options={EVENTS} onValue={(event) => set({ event })} />
      <EntityField
        value={search.entity}
        placeholder="all together"
        onValue={(entity) => set({ entity, kind: "any" })}
      />
      {search.entity && (
        <Select label="Entity type" value={search.kind} options={KINDS} onValue={(kind) => set({ kind })} />
      )}
      <Select label="Of" value={search.metric} options={METRICS} onValue={(metric) => set({ metric })} />
      <Select
        label="Days"
        value={String(search.horizon)}
        options={horizons.map((days) => ({ value: String(days), label: String(days) }))}
        onValue={(days) => set({ horizon: Number(days) })}
      />
      <Select
        label="Band"
        value={String(search.level)}
        options={LEVELS.map((level) => ({ value: String(level), label: `${level} %` }))}
        onValue={(level) => set({ level: Number(level) })}
      />
    </div>
  );
}
