// The first rows as they would be stored, and those that would be rejected, with the reasons.
import { plural } from "@/lib/sentence";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { message, type Preview } from "./mapping";

interface Bad {
  line: number | null;
  reason: string;
}

const BAD: Column<Bad>[] = [
  { id: "line", header: "Line", value: (row) => row.line, align: "end" },
  {
    id: "reason",
    header: "Why it would be rejected",
    value: (row) => row.reason,
    cell: (row) => <span className="whitespace-normal">{row.reason}</span>,
  },
];

export function FirstRows({ preview }: { preview: Preview }) {
  const bad = badRows(preview);
  return (
    <div className="space-y-4">
      {bad.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium">
            {plural(preview.rows_checked - preview.rows_acceptable, "row")} of{" "}
            {preview.rows_checked.toLocaleString("en-GB")} would be rejected
          </h3>
          <DataTable
            label="Rows that would be rejected"
            columns={BAD}
            rows={bad}
            rowId={(row) => `${row.line} ${row.reason}`}
            maxHeight="18rem"
          />
        </div>
      )}
      {preview.first_events.length > 0 && <Good events={preview.first_events} />}
    </div>
  );
}

function Good({ events }: { events: Preview["first_events"] }) {
  const fields = [...new Set(events.flatMap((event) => Object.keys(event)))];
  return (
    <details className="rounded-md border px-3 py-2">
      <summary className="text-sm font-medium">
        The first {plural(events.length, "row")} as {events.length === 1 ? "it" : "they"} would be stored
      </summary>
      <section
        aria-label="First rows as they would be stored"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="mt-2 overflow-x-auto"
      >
        <table className="text-left text-xs">
          <thead className="text-muted">
            <tr>
              {fields.map((field) => (
                <th key={field} scope="col" className="px-2 py-1 font-medium">
                  {field}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={JSON.stringify(event)} className="border-t">
                {fields.map((field) => (
                  <td key={field} className="px-2 py-1 whitespace-nowrap">
                    {shown(event[field])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function shown(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

/** Rows that would be rejected: line and reason, whatever else the engine says of them. */
export function badRows({ first_rejected }: Pick<Preview, "first_rejected">): Bad[] {
  return first_rejected.map((row) => ({
    line: typeof row.line === "number" ? row.line : null,
    reason: message(row).replace(/^line \d+: /, ""),
  }));
}
