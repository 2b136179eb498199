// A row on a narrow screen: the first column as its title, the others below it with their names.
import type { ReactNode } from "react";
import type { Column } from "./columns";

export function Card<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  const [first, ...others] = columns;
  const told = others.filter((column) => !column.wideOnly && column.value(row) !== null);
  return (
    <td colSpan={columns.length} className="border-b px-3 py-2 group-last:border-b-0">
      {first && <div className="font-medium">{shown(first, row)}</div>}
      <div className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5">
        {told.map((column) => (
          <div key={column.id} className="flex min-w-0 items-center gap-1">
            <span className="shrink-0 text-xs text-muted">{column.header}</span>
            <div className="min-w-0">{shown(column, row)}</div>
          </div>
        ))}
      </div>
    </td>
  );
}

function shown<Row>(column: Column<Row>, row: Row): ReactNode {
  return column.cell ? column.cell(row) : column.value(row);
}
