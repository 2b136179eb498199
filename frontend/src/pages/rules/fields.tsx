// The fields of the form that every kind of rule has, with the engine's problem at the field it is about.
import type { Problem } from "@/api/problem";
import { TextArea, TextField } from "@/ui/field";
import type { Draft } from "./draft";

export interface Form {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  error: Problem | null;
}

/** The problem of what begins so: "match" for "match.0", "policy.warn" for itself. */
export function problemAt(error: Problem | null, where: string): string | undefined {
  return error?.fields.find((field) => field.where === where || field.where.startsWith(`${where}.`))?.message;
}

type TextKey = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft];

interface Line extends Form {
  of: TextKey;
  /** As the engine names it. */
  key_: string;
  label: string;
  hint?: string;
  amount?: boolean;
  required?: boolean;
}

export function Line({ draft, change, error, of, key_, label, hint, amount, required }: Line) {
  return (
    <TextField
      label={label}
      hint={hint}
      required={required}
      type={amount ? "number" : "text"}
      step="any"
      problem={problemAt(error, key_)}
      value={draft[of]}
      onChange={(event) => change({ [of]: event.target.value })}
    />
  );
}

export function MatchField({ draft, change, error }: Form) {
  return (
    <TextArea
      label="Watches: conditions, one a line"
      className="font-mono text-sm"
      hint="All must hold; empty: everything. For example: entity_type = factory, entity ~ plant-*"
      problem={problemAt(error, "match")}
      value={draft.match}
      onChange={(event) => change({ match: event.target.value })}
    />
  );
}

export function TellingFields({ receivers, ...form }: Form & { receivers: readonly string[] }) {
  const known = receivers.length ? `There are: ${receivers.join(", ")}.` : "No receiver is set up yet.";
  return (
    <fieldset className="space-y-3 border-t pt-3">
      <legend className="sr-only">When and whom it tells</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        <Line {...form} of="for" key_="for" label="For" hint="Holds so long first" />
        <Line {...form} of="keep" key_="keep_firing_for" label="Keeps firing for" hint="After it is gone" />
        <Line {...form} of="repeat" key_="repeat_interval" label="Told again every" hint="While it fires" />
      </div>
      <Line
        {...form}
        of="receivers"
        key_="receivers"
        label="Tells"
        hint={`${known} Empty: nobody is told.`}
      />
      <Line {...form} of="group" key_="group_by" label="Told together by" hint="Labels, such as entity" />
      <Line {...form} of="runbook" key_="runbook_url" label="Runbook" hint="A web address: what to do" />
      <TextArea
        label="Waits while an open alert meets"
        className="font-mono text-sm"
        rows={2}
        hint="Conditions, one a line; empty: it never waits"
        problem={problemAt(form.error, "inhibited_by")}
        value={form.draft.inhibit}
        onChange={(event) => form.change({ inhibit: event.target.value })}
      />
      {form.draft.inhibit.trim() !== "" && (
        <Line {...form} of="equal" key_="inhibited_by.equal" label="And agrees in the labels" />
      )}
    </fieldset>
  );
}
