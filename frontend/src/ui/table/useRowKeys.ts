// The active row of a table and the keys that move it: j and k or the arrows, Enter opens, x selects.
import { type KeyboardEvent, useRef, useState } from "react";
import { useShortcuts } from "@/lib/shortcuts";
import type { Selection } from "./DataTable";
import { toggled } from "./Rows";

interface Given<Row> {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  onOpen?: (row: Row) => void;
  selection?: Selection;
  /** Without focus on the table, too. */
  everywhere: boolean;
}

export function useRowKeys<Row>({ rows, rowId, onOpen, selection, everywhere }: Given<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const at = rows.findIndex((row) => rowId(row) === active);
  const move = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row) setActive(rowId(row));
  };
  const open = () => {
    const row = rows[at];
    if (row) onOpen?.(row);
  };
  const select = () => {
    if (active !== null && at >= 0) selection?.onChange(toggled(selection.ids, active));
  };
  const next = () => move(at + 1);
  const before = () => move(at < 0 ? 0 : at - 1);
  const moves = new Map<string, () => void>([
    ["j", next],
    ["k", before],
    ["ArrowDown", next],
    ["ArrowUp", before],
    ["Home", () => move(0)],
    ["End", () => move(rows.length - 1)],
    ["Enter", open],
    ["x", select],
  ]);
  useShortcuts(
    everywhere
      ? [
          { keys: "j", does: "Next row", run: next },
          { keys: "k", does: "Row before", run: before },
          ...(onOpen ? [{ keys: "Enter", does: "Open the row", run: open }] : []),
          ...(selection ? [{ keys: "x", does: "Select the row", run: select }] : []),
        ]
      : [],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // keys pressed on a button, box or link inside are theirs
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const run = moves.get(event.key);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return { scroller, active, setActive, onKeyDown };
}
