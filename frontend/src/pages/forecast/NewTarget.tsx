// A target is set: of whom, for which month or from which month on, how much.
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useAction } from "@/api/useAction";
import { massText } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EntityField } from "@/ui/entityField";
import { Segments, Select, TextField } from "@/ui/field";
import { EVENTS } from "./Controls";
import { targetName, targetOf, type Wanted } from "./targets";

const here = getRouteApi("/forecast");
const UNITS = [
  { value: "kg", label: "kg" },
  { value: "t", label: "t" },
] as const;
const SPANS = [
  { value: "one", label: "This month alone" },
  { value: "every", label: "Every month from it on" },
] as const;

export function NewTarget({ month, onClose }: { month: string; onClose: () => void }) {
  const { event, entity, kind } = here.useSearch();
  const [wanted, want] = useState<Wanted>({
    event,
    entity,
    kind,
    month,
    every: false,
    amount: "",
    unit: "t",
  });
  const [problem, complain] = useState<string>();
  const put = useAction("put", "/targets", {
    done: ([first]) =>
      first ? `Target of ${massText(first.amount_kg)} set for ${targetName(first)}` : "Target set",
    touches: ["/targets", "/emissions/current"],
    onDone: onClose,
    quiet: true,
  });
  const set = (part: Partial<Wanted>) => want({ ...wanted, ...part });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    const made = targetOf(wanted);
    if ("problem" in made) return complain(made.problem);
    complain(undefined);
    put.mutate({ body: made.body });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Set a target"
      about="An amount that a calendar month (UTC) must not pass. It takes the place of one of the same scope and month."
    >
      <form onSubmit={submit} className="space-y-3">
        <Select
          label="Event type"
          value={wanted.event}
          options={EVENTS}
          onValue={(value) => set({ event: value })}
        />
        <EntityField
          hint="A name as in the events; empty for all together."
          value={wanted.entity}
          onValue={(entity) => set({ entity, kind: "any" })}
        />
        <div className="grid grid-cols-[1fr_auto] items-end gap-2">
          <TextField
            label="Amount of CO2e"
            inputMode="decimal"
            value={wanted.amount}
            problem={problem}
            onChange={({ target }) => set({ amount: target.value })}
          />
          <Segments label="Unit" value={wanted.unit} options={UNITS} onValue={(unit) => set({ unit })} />
        </div>
        <TextField
          label="Month"
          type="month"
          value={wanted.month}
          onChange={({ target }) => set({ month: target.value })}
        />
        <Segments
          label="Holds for"
          value={wanted.every ? "every" : "one"}
          options={SPANS}
          onValue={(span) => set({ every: span === "every" })}
        />
        {put.error && (
          <p role="alert" className="text-sm text-critical">
            {put.error.message} {put.error.remedy}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" type="submit" busy={put.isPending}>
            Set target
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
