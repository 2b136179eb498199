// The rows that can be seen, between two spacers that stand for all others.
import type { Virtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode } from "react";
import { classes } from "../classes";
import { Card } from "./Card";
import type { Column } from "./columns";
import type { Selection } from "./DataTable";

interface Given<Row> {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  onOpen?: (row: Row) => void;
  openId?: string;
  selection?: Selection;
  narrow: boolean;
  dense: boolean;
  active: string | null;
  setActive: (id: string) => void;
  virtual: Virtualizer<HTMLDivElement, Element>;
}

export function Rows<Row>(given: Given<Row>) {
  const { rows, virtual } = given;
  const items = virtual.getVirtualItems();
  return (
    <tbody>
      <Spacer height={items[0]?.start ?? 0} />
      {items.map(({ index, key }) => {
        const row = rows[index];
        return row && <One key={key} {...given} row={row} index={index} measure={virtual.measureElement} />;
      })}
      <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
    </tbody>
  );
}

function One<Row>(given: Given<Row> & { row: Row; index: number; measure: (node: Element | null) => void }) {
  const { columns, row, index, rowId, onOpen, openId, selection, narrow, dense, active, setActive, measure } =
    given;
  const id = rowId(row);
  const open = () => {
    setActive(id);
    onOpen?.(row);
  };
  return (
    <tr
      ref={measure}
      data-index={index}
      data-row={id}
      aria-rowindex={index + 2}
      aria-selected={selection ? selection.ids.has(id) : undefined}
      aria-current={openId === id || undefined}
      onClick={onOpen ? open : () => setActive(id)}
      className={classes(
        "group",
        onOpen && "cursor-pointer hover:bg-raised",
        openId === id && "bg-accent-soft",
        active === id && "bg-raised shadow-[inset_2px_0_0_var(--color-accent)]",
      )}
    >
      {selection && <Select id={id} selection={selection} />}
      <Cells {...{ columns, row, narrow, dense }} />
    </tr>
  );
}

type Celled<Row> = Pick<Given<Row>, "columns" | "narrow" | "dense"> & { row: Row };

/** Apart from the row, so that measuring, moving and selecting rows does not make what stands in them anew. */
const Cells = memo(function Cells<Row>({ columns, row, narrow, dense }: Celled<Row>) {
  if (narrow) return <Card columns={columns} row={row} />;
  return columns.map((column) => (
    <td
      key={column.id}
      className={classes(
        "border-b px-2.5 group-last:border-b-0",
        dense ? "py-1.5" : "py-3",
        column.align === "end" && "text-right whitespace-nowrap",
      )}
    >
      {column.cell ? column.cell(row) : column.value(row)}
    </td>
  ));
}) as <Row>(given: Celled<Row>) => ReactNode;

function Select({ id, selection }: { id: string; selection: Selection }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps a click on the box from opening the row
    <td className="w-8 border-b px-2.5" onClick={(event) => event.stopPropagation()}>
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${id}`}
        className="size-4 align-middle accent-accent"
        checked={selection.ids.has(id)}
        onChange={() => selection.onChange(toggled(selection.ids, id))}
      />
    </td>
  );
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null;
}

export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
