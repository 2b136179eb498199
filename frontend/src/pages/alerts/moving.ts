// Moving through the inbox: which alert is next, and in which order they stand.
import type { Sort } from "@/ui/table/columns";
import { type Column, compare } from "@/ui/table/columns";

/** The row `by` places on from the open one, within the list; the first where none is open. */
export function stepTo<Row>(rows: readonly Row[], at: number, by: number): Row | undefined {
  return at < 0 ? rows[0] : rows[Math.max(0, Math.min(rows.length - 1, at + by))];
}

/** The rows as the table orders them, so that "next" is the one below. */
export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sort?.by);
  if (!sort || !column) return rows;
  const missing = (row: Row) => Number((column.value(row) ?? null) === null);
  return [...rows].sort((a, b) => {
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    return compare(column.value(a), column.value(b)) * (sort.desc ? -1 : 1);
  });
}
