// On which events a change is made: kind, vehicle, fuel, inputs from and to, and what an entity drives on a day.
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { listed } from "@/lib/sentence";
import { Button, IconButton } from "@/ui/button";
import { Select, TextField } from "@/ui/field";
import { NUMBER_FIELDS, namesIn } from "./fields";
import { tidy, type Where } from "./question";
import { EVENTS } from "./ScopeForm";

const SIDES = [
  { value: "min", label: "at least" },
  { value: "max", label: "at most" },
] as const;

interface Given {
  where: Where;
  onWhere: (where: Where | undefined) => void;
}

export function WhereForm({ where, onWhere }: Given) {
  // as it begins; from then on it is the reader's
  const [open] = useState(Object.keys(where).length > 0);
  const set = (part: Where) => onWhere(tidy({ ...where, ...part }));
  const perDay = (part: NonNullable<Where["per_day"]>) => {
    const told = Object.entries({ ...where.per_day, ...part }).filter(([, km]) => km !== null);
    set({ per_day: Object.fromEntries(told) });
  };
  return (
    <details className="rounded-md border px-3 py-2" open={open}>
      <summary className="cursor-pointer text-sm font-medium">Where: {whereInWords(where)}</summary>
      <div className="mt-3 space-y-3">
        <Select
          label="Only events of type"
          value={where.event_type ?? "all"}
          options={EVENTS}
          onValue={(type) => set({ event_type: type === "all" ? undefined : type })}
        />
        <div className="grid grid-cols-2 gap-3">
          <Names
            label="Only vehicles"
            hint="van* is every van"
            names={where.vehicle_type ?? []}
            onNames={(vehicle_type) => set({ vehicle_type })}
          />
          <Names
            label="Only fuels"
            hint="commas between"
            names={where.fuel_type ?? []}
            onNames={(fuel_type) => set({ fuel_type })}
          />
          <Km
            label="Day's km at least"
            km={where.per_day?.min_distance_km}
            onKm={(min_distance_km) => perDay({ min_distance_km })}
          />
          <Km
            label="Day's km at most"
            km={where.per_day?.max_distance_km}
            onKm={(max_distance_km) => perDay({ max_distance_km })}
          />
        </div>
        <Bounds where={where} set={set} />
      </div>
    </details>
  );
}

/** The conditions in a few words; "everywhere it fits" without any. */
export function whereInWords({ event_type, vehicle_type, fuel_type, min, max, per_day }: Where): string {
  const words = [
    ...(event_type ? [event_type] : []),
    ...(vehicle_type?.length ? [`vehicle ${vehicle_type.join(" or ")}`] : []),
    ...(fuel_type?.length ? [`fuel ${fuel_type.join(" or ")}`] : []),
    ...Object.entries(min ?? {}).map(([field, value]) => `${field} at least ${value}`),
    ...Object.entries(max ?? {}).map(([field, value]) => `${field} at most ${value}`),
    ...(per_day?.min_distance_km != null ? [`at least ${per_day.min_distance_km} km a day`] : []),
    ...(per_day?.max_distance_km != null ? [`at most ${per_day.max_distance_km} km a day`] : []),
  ];
  return words.length ? listed(words) : "everywhere it fits";
}

interface NamesGiven {
  label: string;
  hint: string;
  names: readonly string[];
  onNames: (names: string[]) => void;
}

/** The text stays as it is typed, also where it ends with a comma. */
function Names({ label, hint, names, onNames }: NamesGiven) {
  const [words, setWords] = useState(names.join(", "));
  const shown = namesIn(words).join() === names.join() ? words : names.join(", ");
  return (
    <TextField
      label={label}
      hint={hint}
      value={shown}
      onChange={({ target }) => {
        setWords(target.value);
        onNames(namesIn(target.value));
      }}
    />
  );
}

interface KmGiven {
  label: string;
  km: number | null | undefined;
  onKm: (km: number | null) => void;
}

function Km({ label, km, onKm }: KmGiven) {
  return (
    <TextField
      label={label}
      type="number"
      min={0}
      value={km ?? ""}
      onChange={({ target }) => onKm(target.value === "" ? null : target.valueAsNumber)}
    />
  );
}

function Bounds({ where, set }: { where: Where; set: (part: Where) => void }) {
  const [field, setField] = useState(NUMBER_FIELDS[0]?.value ?? "");
  const [side, setSide] = useState<"min" | "max">("min");
  const [text, setText] = useState("");
  const all = SIDES.flatMap(({ value, label }) =>
    Object.entries(where[value] ?? {}).map(([name, amount]) => ({ side: value, label, name, amount })),
  );
  const add = () => {
    set({ [side]: { ...where[side], [field]: Number(text) } });
    setText("");
  };
  return (
    <div className="space-y-2">
      {all.map((bound) => (
        <p key={bound.side + bound.name} className="flex items-center justify-between text-sm">
          {bound.name} {bound.label} {bound.amount}
          <IconButton
            icon={X}
            label={`Take away: ${bound.name} ${bound.label} ${bound.amount}`}
            onClick={() => {
              const { [bound.name]: _, ...rest } = where[bound.side] ?? {};
              set({ [bound.side]: rest });
            }}
          />
        </p>
      ))}
      <div className="grid grid-cols-[1fr_6.5rem_5rem_auto] items-end gap-2">
        <Select label="Only where" value={field} options={NUMBER_FIELDS} onValue={setField} />
        <Select label="is" value={side} options={SIDES} onValue={setSide} />
        <TextField
          label="Amount"
          type="number"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button icon={Plus} disabled={text === ""} onClick={add}>
          Add
        </Button>
      </div>
    </div>
  );
}
