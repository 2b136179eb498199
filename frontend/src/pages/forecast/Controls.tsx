// Whose forecast, of what, how far and how sure: all of it in the address.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useId } from "react";
import { ask } from "@/api/ask";
import { label } from "@/lib/sentence";
import { Select, TextField } from "@/ui/field";
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
      <Entity key={search.entity} name={search.entity} onName={(entity) => set({ entity })} />
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

/** A name as in the events; those of the last 24 hours are offered, any other can be typed. */
function Entity({ name, onName }: { name: string; onName: (name: string) => void }) {
  const list = useId();
  const { data } = useQuery(ask("/emissions/current"));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onName(String(new FormData(event.currentTarget).get("entity") ?? "").trim());
  };
  return (
    <form onSubmit={submit}>
      <TextField
        label="Entity"
        name="entity"
        type="search"
        list={list}
        defaultValue={name}
        placeholder="all together"
        onBlur={(event) =>
          event.currentTarget.value.trim() !== name && event.currentTarget.form?.requestSubmit()
        }
      />
      <datalist id={list}>
        {Object.keys(data?.categories ?? {}).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </form>
  );
}
