// Values that stand in for missing ones: what there is, by field; made and taken back from here.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Undo2, Wand2 } from "lucide-react";
import { useState } from "react";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { number } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { FillDialog } from "./FillDialog";
import { FIELDS, type Field } from "./quality";

type Value = Shape<"StandInValue">;
type Chosen = "all" | Field;

/** What follows from values that come or go. */
export const FOLLOWS = ["/api/v1/ingest/fill", "/data-quality", "/emissions", "/predictions"];

const COLUMNS: Column<Value>[] = [
  { id: "entity", header: "Entity", value: (row) => row.entity, cell: (row) => row.entity ?? "not named" },
  { id: "field", header: "Field", value: (row) => row.field },
  {
    id: "value",
    header: "Value",
    value: (row) => row.value,
    cell: (row) => number(row.value),
    align: "end",
  },
  {
    id: "interval",
    header: "95 % interval",
    value: (row) => `${row.low} to ${row.high}`,
    cell: (row) => `${number(row.low)} to ${number(row.high)}`,
    sortable: false,
  },
  {
    id: "method",
    header: "Made by",
    value: (row) => row.method,
    cell: (row) => `${row.method}, from ${plural(row.sample_size, "value")}`,
  },
  { id: "at", header: "Of", value: (row) => row.event_time, cell: (row) => <Time at={row.event_time} /> },
];
const idOf = (row: Value) => String(row.id);

export function StandIns({ field, onField }: { field: Chosen; onField: (field: Chosen) => void }) {
  const [filling, setFilling] = useState(false);
  const query = useInfiniteQuery(
    askPages("/api/v1/ingest/fill", { query: { limit: 100, ...(field === "all" ? {} : { field }) } }),
  );
  const rows = rowsOf(query.data);
  return (
    <>
      <Panel
        title="Stand-ins"
        query={query}
        actions={
          <>
            <Button icon={Wand2} onClick={() => setFilling(true)}>
              Fill
            </Button>
            {rows.length > 0 && <TakeBack field={field} />}
          </>
        }
        isEmpty={() => rows.length === 0}
        empty={
          field === "all"
            ? {
                words: "No missing value was filled in. Events are estimated from what they tell themselves.",
              }
            : {
                words: `No missing value of ${field} was filled in.`,
                next: <Button onClick={() => onField("all")}>All fields</Button>,
              }
        }
      >
        {() => (
          <DataTable
            label="Stand-ins"
            filters={<FieldChoice field={field} onField={onField} />}
            columns={COLUMNS}
            rows={rows}
            rowId={idOf}
            more={moreOf(query)}
          />
        )}
      </Panel>
      <FillDialog open={filling} onOpenChange={setFilling} />
    </>
  );
}

function FieldChoice({ field, onField }: { field: Chosen; onField: (field: Chosen) => void }) {
  return (
    <Select
      label="Field"
      hideLabel
      value={field}
      onValue={onField}
      options={["all" as const, ...FIELDS].map((value) => ({
        value,
        label: value === "all" ? "All fields" : label(value),
      }))}
    />
  );
}

function TakeBack({ field }: { field: Chosen }) {
  const [asking, setAsking] = useState(false);
  const takeBack = useAction("delete", "/api/v1/ingest/fill", {
    done: ({ values, left }) =>
      `${plural(values, "value")} taken back${left > 0 ? `, ${left.toLocaleString("en-GB")} left: once more` : ""}.`,
    touches: FOLLOWS,
    onDone: () => setAsking(false),
  });
  const which = field === "all" ? "all values that were filled in" : `the values filled in for ${field}`;
  return (
    <>
      <Button icon={Undo2} onClick={() => setAsking(true)}>
        Take back
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Take values back?"
        about={`Takes back ${which}. The events stay; the next scan estimates them without these values.`}
        does="Take back"
        danger
        busy={takeBack.isPending}
        onConfirm={() => takeBack.mutate({ query: field === "all" ? {} : { field: [field] } })}
      />
    </>
  );
}
