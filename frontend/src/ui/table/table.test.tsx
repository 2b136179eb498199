import { screen, within } from "@testing-library/react";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import * as csv from "@/lib/csv";
import { show } from "@/testing/render";
import { type Column, nextSort, sortOf, sortText } from "./columns";
import { DataTable } from "./DataTable";

interface Row {
  name: string;
  kg: number | null;
}

const COLUMNS: Column<Row>[] = [
  { id: "name", header: "Name", value: (row) => row.name },
  { id: "kg", header: "Excess", value: (row) => row.kg, cell: (row) => `${row.kg ?? "–"} kg`, align: "end" },
];
const ROWS: Row[] = [
  { name: "item 10", kg: 2 },
  { name: "item 2", kg: null },
  { name: "item 1", kg: 30 },
];

function Table({ onOpen, rows = ROWS }: { onOpen?: (row: Row) => void; rows?: Row[] }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <DataTable
        label="Hot spots"
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.name}
        onOpen={onOpen}
        selection={{ ids, onChange: setIds }}
        pageKeys
      />
      <output>{[...ids].join()}</output>
    </>
  );
}

const names = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.getAttribute("data-row"));

it("sorts this way, the other way, and as it came; what is missing is last", async () => {
  const { user } = show(<Table />);
  expect(names()).toEqual(["item 10", "item 2", "item 1"]);
  await user.click(screen.getByRole("button", { name: "Name" }));
  expect(names()).toEqual(["item 1", "item 2", "item 10"]);
  const excess = screen.getByRole("button", { name: "Excess" });
  await user.click(excess);
  expect(names()).toEqual(["item 10", "item 1", "item 2"]);
  await user.click(excess);
  expect(names()).toEqual(["item 1", "item 10", "item 2"]);
  expect(screen.getByRole("columnheader", { name: "Excess" }).getAttribute("aria-sort")).toBe("descending");
  await user.click(excess);
  expect(names()).toEqual(["item 10", "item 2", "item 1"]);
});

it("j and k move, x selects, Enter opens", async () => {
  const onOpen = vi.fn();
  const { user } = show(<Table onOpen={onOpen} />);
  await user.keyboard("jjkjx{Enter}");
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(ROWS[1]);
  expect(screen.getByRole("status").textContent).toBe("item 2");
});

it("saves as CSV what is shown, in its order", async () => {
  const saved = vi.spyOn(csv, "download").mockImplementation(() => undefined);
  const { user } = show(<Table />);
  await user.click(screen.getByRole("button", { name: "Name" }));
  await user.click(screen.getByRole("button", { name: "Save as CSV" }));
  expect(saved).toHaveBeenCalledWith("hot-spots.csv", "Name,Excess\r\nitem 1,30\r\nitem 2,\r\nitem 10,2\r\n");
});

it("of many rows only those that can be seen are on the page", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ name: `item ${at}`, kg: at }));
  show(<Table rows={many} />);
  expect(names().length).toBeGreaterThan(10);
  expect(names().length).toBeLessThan(60);
  expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("10000");
});

it("is cards where it is narrow, with an order to choose", async () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(343);
  const { user } = show(<Table />);
  const [first] = screen.getAllByRole("row").slice(1);
  expect(within(first as HTMLElement).getByText("Excess")).toBeDefined();
  await user.selectOptions(screen.getByLabelText("Order"), "Excess ↓");
  expect(names()).toEqual(["item 1", "item 10", "item 2"]);
});

it("an order is a word of the address", () => {
  expect([sortOf("-kg"), sortOf("kg"), sortOf("")]).toEqual([
    { by: "kg", desc: true },
    { by: "kg", desc: false },
    null,
  ]);
  expect([sortText({ by: "kg", desc: true }), sortText(null)]).toEqual(["-kg", ""]);
  expect(nextSort({ by: "kg", desc: true }, "kg")).toBeNull();
});
