// The head of a table: names that sort when they are pressed; hidden, but read out, where rows are cards.
import { ArrowDown, ArrowUp } from "lucide-react";
import { classes } from "../classes";
import type { Column, Sort } from "./columns";
import { nextSort } from "./columns";
import type { Selection } from "./DataTable";

interface Given<Row> {
  columns: readonly Column<Row>[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  narrow: boolean;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  selection?: Selection;
}

export function Head<Row>({ columns, sort, onSort, narrow, rows, rowId, selection }: Given<Row>) {
  return (
    <thead className={narrow ? "sr-only" : undefined}>
      <tr aria-rowindex={1}>
        {selection && <SelectAll {...{ rows, rowId, selection }} />}
        {columns.map((column) => (
          <HeadCell key={column.id} {...{ column, sort, onSort }} />
        ))}
      </tr>
    </thead>
  );
}

const CELL =
  "sticky top-0 z-10 border-b bg-surface px-2.5 py-1.5 text-xs font-medium text-muted whitespace-nowrap";

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}) {
  const sorted = sort?.by === column.id ? (sort.desc ? "descending" : "ascending") : undefined;
  const Arrow = sorted === "descending" ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={sorted} className={classes(CELL, column.align === "end" && "text-right")}>
      {(column.sortable ?? true) ? (
        <button
          type="button"
          onClick={() => onSort(nextSort(sort, column.id))}
          className="inline-flex items-center gap-1 rounded-sm hover:text-ink"
        >
          {column.header}
          <Arrow size={12} aria-hidden className={sorted ? "text-accent" : "invisible"} />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

function SelectAll<Row>({
  rows,
  rowId,
  selection,
}: {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  selection: Selection;
}) {
  const all = rows.length > 0 && rows.every((row) => selection.ids.has(rowId(row)));
  return (
    <th scope="col" className={classes(CELL, "w-8")}>
      <input
        type="checkbox"
        aria-label="Select all that are shown"
        className="size-4 accent-accent"
        checked={all}
        onChange={() => selection.onChange(all ? new Set() : new Set(rows.map(rowId)))}
      />
    </th>
  );
}
