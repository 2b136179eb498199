// Whose events, of which days.
import { label, plural } from "@/lib/sentence";
import { EntityField } from "@/ui/entityField";
import { Select, Slider, TextField } from "@/ui/field";
import { ENTITY_TYPES, EVENT_TYPES, type Question } from "./question";
import { MOST_DAYS } from "./route";

const named = <const T extends string>(all: readonly T[]) =>
  all.map((value) => ({ value, label: label(value) }));
export const EVENTS = named(["all", ...EVENT_TYPES]);
const KINDS = named(["any", ...ENTITY_TYPES]);

interface Given {
  draft: Question;
  set: (part: Partial<Question>) => void;
}

export function ScopeForm({ draft, set }: Given) {
  return (
    <fieldset className="space-y-3 rounded-lg border bg-surface p-4">
      <legend className="float-left mb-2 w-full text-base font-semibold">Events</legend>
      <div className="clear-both grid grid-cols-2 gap-3">
        <Select label="Event type" value={draft.event} options={EVENTS} onValue={(event) => set({ event })} />
        <Select label="Entity type" value={draft.kind} options={KINDS} onValue={(kind) => set({ kind })} />
        <div className="col-span-2">
          <EntityField
            value={draft.entity}
            placeholder="all together"
            onValue={(entity) => set({ entity })}
          />
        </div>
      </div>
      {!(draft.from || draft.to) && (
        <Slider
          label="Days before today"
          value={draft.days}
          least={1}
          most={MOST_DAYS}
          step={1}
          words={plural(draft.days, "day")}
          onValue={(days) => set({ days })}
        />
      )}
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Or from"
          type="date"
          value={draft.from}
          onChange={({ target }) => set({ from: target.value })}
        />
        <TextField
          label="To"
          type="date"
          value={draft.to}
          onChange={({ target }) => set({ to: target.value })}
        />
      </div>
    </fieldset>
  );
}
