// One change: new values for the events that its conditions fit, or a measure at its typical effect.
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { ask } from "@/api/ask";
import type { FieldProblem } from "@/api/problem";
import { Button, IconButton } from "@/ui/button";
import { Segments, Select, TextField } from "@/ui/field";
import { FIELDS, startOf } from "./fields";
import type { Change } from "./question";
import { SetRow } from "./SetRow";
import { WhereForm } from "./WhereForm";

const KINDS = [
  { value: "set", label: "New values" },
  { value: "measure", label: "A measure" },
] as const;

interface Given {
  number: number;
  change: Change;
  problems: readonly FieldProblem[];
  onChange: (change: Change) => void;
  onRemove: () => void;
}

export function ChangeCard({ number, change, problems, onChange, onRemove }: Given) {
  const kind = change.measure === undefined || change.measure === null ? "set" : "measure";
  // a measure knows itself on which events it acts: conditions do not go with it
  const turn = (next: "set" | "measure") =>
    onChange({
      ...(change.name ? { name: change.name } : {}),
      ...(next === "set" ? { set: { distance_km: "-10%" } } : { measure: "M01" }),
    });
  return (
    <fieldset className="space-y-3 rounded-lg border bg-surface p-4">
      <legend className="sr-only">Change {number}</legend>
      <div className="flex items-center justify-between gap-2">
        <span aria-hidden className="text-base font-semibold">
          Change {number}
        </span>
        <div className="flex items-center gap-1">
          <Segments label={`Kind of change ${number}`} value={kind} options={KINDS} onValue={turn} />
          <IconButton icon={Trash2} label={`Remove change ${number}`} onClick={onRemove} />
        </div>
      </div>
      <TextField
        label="Name"
        value={change.name ?? ""}
        placeholder="may be left out"
        onChange={({ target: { value } }) => onChange({ ...change, name: value || undefined })}
      />
      {kind === "measure" ? (
        <MeasureField change={change} onChange={onChange} />
      ) : (
        <>
          <Values change={change} onChange={onChange} />
          <WhereForm
            where={change.where ?? {}}
            onWhere={(where) => {
              const { where: _, ...rest } = change;
              onChange(where ? { ...rest, where } : rest);
            }}
          />
        </>
      )}
      {problems.map(({ where, message }) => (
        <p key={`${where} ${message}`} role="alert" className="text-sm text-critical">
          {where}: {message.replace(`${where}: `, "")}
        </p>
      ))}
    </fieldset>
  );
}

type Part = Pick<Given, "change" | "onChange">;

function Values({ change, onChange }: Part) {
  const set = change.set ?? {};
  const pairs = Object.entries(set);
  const free = FIELDS.find(({ value }) => !(value in set))?.value;
  const put = (next: [string, number | string][]) => onChange({ ...change, set: Object.fromEntries(next) });
  return (
    <>
      {pairs.map(([field, value], at) => (
        <SetRow
          key={field}
          field={field}
          value={value}
          taken={pairs.map(([name]) => name)}
          onPut={(name, now) => put(pairs.with(at, [name, now]))}
          onRemove={pairs.length > 1 ? () => put(pairs.toSpliced(at, 1)) : undefined}
        />
      ))}
      {free && (
        <Button look="quiet" icon={Plus} onClick={() => put([...pairs, [free, startOf(free)]])}>
          Another value
        </Button>
      )}
    </>
  );
}

function MeasureField({ change, onChange }: Part) {
  const { data, error } = useQuery(ask("/measures"));
  const known = (data ?? []).map(({ id, title, event_type }) => ({
    value: id,
    label: `${id} ${title} (${event_type})`,
  }));
  const now = change.measure ?? "";
  const options = known.some(({ value }) => value === now) ? known : [{ value: now, label: now }, ...known];
  return (
    <Select
      label="Measure"
      hint="At its typical effect, wherever it fits."
      problem={error ? `Measures could not be loaded: ${error.message}` : undefined}
      value={now}
      options={options}
      onValue={(measure) => onChange({ ...change, measure })}
    />
  );
}
