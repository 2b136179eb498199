// Fill missing values: first what would be filled and how well, then, if wanted, really.
import { useState } from "react";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { number } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Missing } from "@/ui/panel";
import { FIELDS, type Field } from "./quality";
import { FOLLOWS } from "./StandIns";

type Fill = Shape<"FillAnswer">;

interface Given {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function FillDialog({ open, onOpenChange }: Given) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Fill missing values"
      about="Each from the measured values of the same route or site. The event itself stays as it came."
      side="right"
    >
      <Form onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const [fields, setFields] = useState<readonly Field[]>(FIELDS);
  const look = useAction("post", "/api/v1/ingest/fill");
  const fill = useAction("post", "/api/v1/ingest/fill", {
    done: ({ filled, left }) =>
      `${plural(filled, "value")} filled in${left > 0 ? `, ${left.toLocaleString("en-GB")} left: once more` : ""}.`,
    touches: FOLLOWS,
    onDone,
  });
  const change = (field: Field) => {
    setFields(fields.includes(field) ? fields.filter((each) => each !== field) : [...fields, field]);
    look.reset();
  };
  const body = (dry_run: boolean) => ({ body: { fields: [...fields], dry_run } });
  return (
    <div className="space-y-4">
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 text-sm font-medium">Which fields</legend>
        {FIELDS.map((field) => (
          <label key={field} className="inline-flex items-center gap-1.5">
            <input
              type="checkbox"
              className="accent-accent"
              checked={fields.includes(field)}
              onChange={() => change(field)}
            />
            {label(field)}
          </label>
        ))}
      </fieldset>
      <Button disabled={fields.length === 0} busy={look.isPending} onClick={() => look.mutate(body(true))}>
        See what would be filled
      </Button>
      {look.data && (
        <>
          <Outlook fill={look.data} />
          <Button
            look="solid"
            disabled={look.data.filled === 0}
            busy={fill.isPending}
            onClick={() => fill.mutate(body(false))}
          >
            Fill {plural(look.data.filled, "value")}
          </Button>
        </>
      )}
    </div>
  );
}

function Outlook({ fill }: { fill: Fill }) {
  return (
    <div className="space-y-2">
      <p>
        {plural(fill.filled, "value")} of {plural(fill.events, "event")} would be filled in.
      </p>
      {fill.not_fillable > 0 && (
        <Missing>{plural(fill.not_fillable, "value")} cannot be: see why below.</Missing>
      )}
      <ul aria-label="By entity and field" className="divide-y text-sm">
        {fill.groups.map((group) => (
          <li
            key={`${group.entity_type} ${group.entity} ${group.event_type} ${group.field}`}
            className="py-1.5"
          >
            <span className="font-medium">{group.entity}</span>, {group.field}: {groupText(group)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** "12 of 30, median of 40 values, typically 5 (4 to 6), mean error 0.5". */
export function groupText(group: Fill["groups"][number]): string {
  if (group.filled === 0)
    return `none of ${group.lacking.toLocaleString("en-GB")}: ${group.reason ?? "no reason told"}`;
  const errors = [group.median_error, group.regression_error].filter((error) => error !== null);
  return [
    `${group.filled.toLocaleString("en-GB")} of ${group.lacking.toLocaleString("en-GB")}`,
    ...(group.method ? [`${group.method} of ${plural(group.sample_size ?? 0, "value")}`] : []),
    ...(group.typical_value === null ? [] : [`typically ${number(group.typical_value)}`]),
    ...(errors.length > 0 ? [`mean error ${number(Math.min(...errors))}`] : []),
  ].join(", ");
}
