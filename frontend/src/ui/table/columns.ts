// What a page says of a column, and what TanStack Table makes of it.
import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
} from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Cell } from "@/lib/csv";

export interface Column<Row> {
  id: string;
  header: string;
  /** What is sorted by and written to CSV; null is missing, and sorted last. */
  value: (row: Row) => Cell;
  /** What is shown, where it is more than the value. */
  cell?: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  align?: "end";
  sortable?: boolean;
  /** Left out on narrow screens, where a row is a card. */
  wideOnly?: boolean;
}

/** As an address says it: "severity", or "-excess" for the largest first. */
export interface Sort {
  by: string;
  desc: boolean;
}

export function sortOf(words: string): Sort | null {
  if (words === "") return null;
  return words.startsWith("-") ? { by: words.slice(1), desc: true } : { by: words, desc: false };
}

export function sortText(sort: Sort | null): string {
  return sort ? `${sort.desc ? "-" : ""}${sort.by}` : "";
}

export const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
export type Features = typeof features;

export function definitions<Row extends object>(columns: readonly Column<Row>[]): ColumnDef<Features, Row>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.header,
    accessorFn: (row: Row) => column.value(row) ?? undefined,
    enableSorting: column.sortable ?? true,
    sortUndefined: "last" as const,
    sortFn: (a, b) => compare(column.value(a.original), column.value(b.original)),
  }));
}

export function sortingState(sort: Sort | null): SortingState {
  return sort ? [{ id: sort.by, desc: sort.desc }] : [];
}

/** Numbers by size, words as people sort them: "item 2" before "item 10". */
export function compare(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true, sensitivity: "base" });
}

/** The next sort of a column that is clicked: this way, the other way, as it came. */
export function nextSort(now: Sort | null, by: string): Sort | null {
  if (now?.by !== by) return { by, desc: false };
  return now.desc ? null : { by, desc: true };
}
