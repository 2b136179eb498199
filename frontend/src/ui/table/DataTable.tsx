// A table of any length: sorted, moved through with j and k, saved as CSV; on narrow screens each row is a card.
import { useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { csvOf, download } from "@/lib/csv";
import { type Column, definitions, features, type Sort, sortingState } from "./columns";
import { Head } from "./Head";
import { Rows } from "./Rows";
import { Toolbar } from "./Toolbar";
import { useNarrow } from "./useNarrow";
import { useRowKeys } from "./useRowKeys";
import { useVirtualRows } from "./useVirtualRows";

export interface Selection {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
}

interface Given<Row extends object> {
  /** What the table lists, for screen readers and the file's name: "Alerts". */
  label: string;
  /** Keep this array the same between renders (module scope or useMemo). */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Enter or a click on a row. */
  onOpen?: (row: Row) => void;
  /** The row that is open beside the table, if any. */
  openId?: string;
  /** Where the address carries the order; else the table keeps it. */
  sort?: Sort | null;
  onSort?: (sort: Sort | null) => void;
  selection?: Selection;
  /** From useHeld: rows that wait. */
  waiting?: { waiting: number; show: () => void };
  /** From `moreOf` a list that is asked for page by page. */
  more?: { has: boolean; busy: boolean; load: () => unknown; total: number | null };
  /** Filters, left in the toolbar. */
  filters?: ReactNode;
  /** j, k, Enter and x without focus: for the main table of a page. */
  pageKeys?: boolean;
  /** Largest height before it scrolls by itself. */
  maxHeight?: string;
}

export function DataTable<Row extends object>(given: Given<Row>) {
  const { label, columns, rows, rowId, onOpen, selection, maxHeight = "min(70dvh, 46rem)" } = given;
  const [kept, keep] = useState<Sort | null>(null);
  const sort = given.sort === undefined ? kept : given.sort;
  const onSort = given.onSort ?? keep;
  const [dense, setDense] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(box);
  const defined = useMemo(() => definitions(columns), [columns]);
  const sorting = useMemo(() => sortingState(sort), [sort]);
  const table = useTable({ features, columns: defined, data: rows, getRowId: rowId, state: { sorting } });
  const ordered = table.getRowModel().rows.map((row) => row.original);
  const keys = useRowKeys({ rows: ordered, rowId, onOpen, selection, everywhere: given.pageKeys ?? false });
  // here and not in Rows: a child's effects run before the box it scrolls in is there
  const virtual = useVirtualRows({
    rows: ordered,
    rowId,
    scroller: keys.scroller,
    look: narrow ? "card" : dense ? "dense" : "roomy",
    active: keys.active,
    more: given.more,
  });
  const save = () => {
    const lines = ordered.map((row) => columns.map((column) => column.value(row)));
    download(
      `${label.toLowerCase().replaceAll(" ", "-")}.csv`,
      csvOf(
        columns.map(({ header }) => header),
        lines,
      ),
    );
  };
  return (
    <div ref={box} className="min-w-0">
      <Toolbar
        {...{ filters: given.filters, waiting: given.waiting, more: given.more, shown: rows.length }}
        {...{ dense, setDense, save, narrow, columns, sort, onSort }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: no section, because the panel around it is the landmark */}
      <div
        ref={keys.scroller}
        role="group"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={keys.onKeyDown}
        className="relative overflow-auto rounded-md border bg-surface"
        style={{ maxHeight }}
      >
        <table
          aria-label={label}
          aria-rowcount={given.more?.total ?? ordered.length}
          className="w-full border-separate border-spacing-0 text-left text-sm"
        >
          <Head {...{ columns, sort, onSort, narrow, rows: ordered, rowId, selection }} />
          <Rows
            {...{ columns, rows: ordered, rowId, onOpen, openId: given.openId, selection, narrow, dense }}
            active={keys.active}
            setActive={keys.setActive}
            virtual={virtual}
          />
        </table>
      </div>
    </div>
  );
}
