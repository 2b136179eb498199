// One input that becomes different: by a part of what it is (a slider), to a number, or to a name.
import { X } from "lucide-react";
import { useId } from "react";
import { IconButton } from "@/ui/button";
import { Segments, Select, Slider, TextField } from "@/ui/field";
import {
  FIELDS,
  FUELS,
  partInWords,
  partOf,
  partText,
  startOf,
  typed,
  VEHICLES,
  WORD_FIELDS,
} from "./fields";

const WAYS = [
  { value: "part", label: "By a part" },
  { value: "value", label: "To a value" },
] as const;
const FUEL_OPTIONS = FUELS.map((value) => ({ value, label: value }));

interface Given {
  field: string;
  value: number | string;
  /** Fields that the change sets already. */
  taken: readonly string[];
  onPut: (field: string, value: number | string) => void;
  onRemove?: () => void;
}

export function SetRow({ field, value, taken, onPut, onRemove }: Given) {
  const known = FIELDS.some((each) => each.value === field)
    ? FIELDS
    : [{ value: field, label: field }, ...FIELDS];
  const name = known.find((each) => each.value === field)?.label ?? field;
  return (
    <div className="space-y-2 rounded-md border p-3">
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <Select
            label="What becomes different"
            value={field}
            options={known.filter((each) => each.value === field || !taken.includes(each.value))}
            onValue={(next) => onPut(next, startOf(next))}
          />
        </div>
        {onRemove && <IconButton icon={X} label={`Leave ${name} as it is`} onClick={onRemove} />}
      </div>
      <Value name={name} field={field} value={value} onValue={(next) => onPut(field, next)} />
    </div>
  );
}

interface ValueGiven {
  name: string;
  field: string;
  value: number | string;
  onValue: (value: number | string) => void;
}

function Value({ name, field, value, onValue }: ValueGiven) {
  const list = useId();
  if (field === "fuel_type" && FUELS.includes(String(value)))
    return <Select label="New fuel" value={String(value)} options={FUEL_OPTIONS} onValue={onValue} />;
  if (WORD_FIELDS.includes(field)) {
    return (
      <>
        <TextField
          label={field === "fuel_type" ? "New fuel" : "New vehicle"}
          list={list}
          value={value}
          onChange={({ target }) => onValue(target.value)}
        />
        <datalist id={list}>
          {(field === "fuel_type" ? FUELS : VEHICLES).map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </>
    );
  }
  const part = partOf(value);
  return (
    <>
      <Segments
        label={`How ${name} becomes different`}
        value={part === null ? "value" : "part"}
        options={WAYS}
        onValue={(way) => onValue(way === "part" ? "-10%" : "")}
      />
      {part === null ? (
        <TextField
          label={`New ${name}`}
          inputMode="decimal"
          value={value}
          onChange={({ target }) => onValue(typed(target.value))}
        />
      ) : (
        <Slider
          label={name}
          value={part}
          least={-100}
          most={Math.max(100, part)}
          step={Number.isInteger(part) ? 1 : 0.1}
          words={partInWords(part)}
          onValue={(next) => onValue(partText(next))}
        />
      )}
    </>
  );
}
