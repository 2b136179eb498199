// Above a table: filters, rows that wait, how many there are, density and CSV.
import { ArrowUp, Download, Rows2, Rows3 } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../button";
import { Select } from "../field";
import { type Column, type Sort, sortOf, sortText } from "./columns";

interface Given<Row> {
  filters?: ReactNode;
  waiting?: { waiting: number; show: () => void };
  more?: { total: number | null };
  shown: number;
  dense: boolean;
  setDense: (dense: boolean) => void;
  save: () => void;
  narrow: boolean;
  columns: readonly Column<Row>[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}

export function Toolbar<Row>({
  filters,
  waiting,
  more,
  shown,
  dense,
  setDense,
  save,
  narrow,
  ...order
}: Given<Row>) {
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      {filters}
      <div aria-live="polite">
        {waiting && waiting.waiting > 0 && (
          <Button icon={ArrowUp} look="solid" onClick={waiting.show}>
            {waiting.waiting} new
          </Button>
        )}
      </div>
      <div className="ml-auto flex items-center gap-1">
        <span className="px-1 text-sm text-muted">{counted(shown, more?.total ?? null)}</span>
        {narrow ? (
          <Order {...order} />
        ) : (
          <IconButton
            icon={dense ? Rows2 : Rows3}
            label={dense ? "Roomier rows" : "Denser rows"}
            onClick={() => setDense(!dense)}
          />
        )}
        <IconButton icon={Download} label="Save as CSV" onClick={save} />
      </div>
    </div>
  );
}

/** On narrow screens there is no head to press. */
function Order<Row>({ columns, sort, onSort }: Pick<Given<Row>, "columns" | "sort" | "onSort">) {
  const sortable = columns.filter((column) => column.sortable ?? true);
  const options = sortable.flatMap(({ id, header }) => [
    { value: id, label: `${header} ↑` },
    { value: `-${id}`, label: `${header} ↓` },
  ]);
  return (
    <Select
      label="Order"
      hideLabel
      value={sortText(sort)}
      onValue={(words) => onSort(sortOf(words))}
      options={[{ value: "", label: "As it came" }, ...options]}
    />
  );
}

function counted(shown: number, total: number | null): string {
  const some = shown.toLocaleString("en-GB");
  return total === null || total <= shown ? some : `${some} of ${total.toLocaleString("en-GB")}`;
}
