// The frame of every chart: what it shows in a sentence, the same numbers as a table, and as CSV.
import { ChartLine, Download, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { csvOf, download } from "@/lib/csv";
import { number } from "@/lib/format";
import { IconButton } from "@/ui/button";
import type { Twin } from "./series";

export interface ChartFrame {
  /** Names the chart, and the file it is saved as: "Rate of the last 24 hours". */
  title: string;
  /** What it shows, for those who do not see it: one sentence with its main figures. */
  sentence: string;
  height?: number;
}

export const HEIGHT = 220;

interface Given extends ChartFrame {
  twin: Twin;
  legend?: ReactNode;
  children: ReactNode;
}

export function Chart({ title, sentence, height = HEIGHT, twin, legend, children }: Given) {
  const [asTable, setAsTable] = useState(false);
  const save = () =>
    download(`${title.toLowerCase().replaceAll(/\W+/g, "-")}.csv`, csvOf(twin.header, twin.rows));
  return (
    <figure className="min-w-0">
      <div className="mb-1 flex items-center justify-between gap-2">
        <div className="flex min-w-0 flex-wrap gap-x-3 text-xs text-muted">{legend}</div>
        <div className="flex shrink-0">
          <IconButton
            icon={asTable ? ChartLine : Table2}
            label={asTable ? `${title} as a chart` : `${title} as a table`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
          <IconButton icon={Download} label={`Save ${title} as CSV`} onClick={save} />
        </div>
      </div>
      {asTable ? (
        <TwinTable title={title} twin={twin} height={height} />
      ) : (
        <div role="img" aria-label={sentence} style={{ height }}>
          {children}
        </div>
      )}
    </figure>
  );
}

function TwinTable({ title, twin, height }: { title: string; twin: Twin; height: number }) {
  return (
    <section
      aria-label={`${title} as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-auto rounded-md border"
      style={{ maxHeight: Math.max(height, 160) }}
    >
      <table className="w-full text-left text-sm">
        <thead>
          <tr>
            {twin.header.map((name, at) => (
              <th
                key={name}
                scope="col"
                className={`sticky top-0 border-b bg-surface px-2.5 py-1 text-xs font-medium text-muted ${at ? "text-right" : ""}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: places of an axis never change their order
            <tr key={line}>
              {row.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor do columns
                <td key={at} className={`px-2.5 py-1 ${at ? "text-right" : ""}`}>
                  {typeof cell === "number" ? number(cell) : (cell ?? "–")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** One entry of a legend: a line, dashed or not, a bar or a band, beside its name. */
export function Key({
  colour,
  look,
  children,
}: {
  colour: string;
  look: "line" | "dashed" | "block";
  children: ReactNode;
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg width="16" height="8" aria-hidden role="presentation">
        {look === "block" ? (
          <rect width="16" height="8" rx="2" fill={colour} />
        ) : (
          <line
            x1="0"
            x2="16"
            y1="4"
            y2="4"
            stroke={colour}
            strokeWidth="2"
            strokeDasharray={look === "dashed" ? "4 3" : undefined}
          />
        )}
      </svg>
      {children}
    </span>
  );
}
