// Small tables of a result: before and after, the entities with the largest differences, what was left out.
import type { ReactNode } from "react";
import { massText } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { type Answer, sidesOf, signed } from "./answer";

interface Plain {
  title: string;
  head: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

/** The first column names the row, the others are numbers. */
export function PlainTable({ title, head, rows }: Plain) {
  return (
    <section
      aria-label={title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto"
    >
      <table className="w-full text-xs sm:text-sm">
        <caption className="mb-1 text-left font-medium">{title}</caption>
        <thead>
          <tr className="border-b text-left text-muted">
            {head.map((each, at) => (
              <th
                key={each}
                scope="col"
                className={at ? "py-1 pl-2 text-right font-normal sm:pl-3" : "py-1 font-normal"}
              >
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...others] }) => (
            <tr key={key} className="border-b last:border-b-0">
              <th scope="row" className="py-1 text-left font-normal">
                {first}
              </th>
              {others.map((cell, at) => (
                <td key={head[at + 1]} className="py-1 pl-2 text-right whitespace-nowrap sm:pl-3">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function SideTable({ answer }: { answer: Answer }) {
  const sides = sidesOf(answer);
  if (sides.length === 0) return null;
  const rows = sides.map(({ name, before, after, change, unknown }) => ({
    key: name,
    cells: [unknown ? `${name} (not told by ${plural(unknown, "event")})` : name, before, after, change],
  }));
  return (
    <PlainTable
      title="Scopes and energy"
      head={["What", "As it was", "As it would be", "Change"]}
      rows={rows}
    />
  );
}

export function EntityTable({ answer: { entities } }: { answer: Answer }) {
  if (entities.length === 0) return null;
  const rows = entities.map((each) => ({
    key: `${each.entity_type}/${each.entity}`,
    cells: [
      each.entity ?? "without a name",
      each.events.toLocaleString("en-GB"),
      massText(each.before_kg),
      massText(each.after_kg),
      signed(each.delta_kg),
    ],
  }));
  return (
    <PlainTable
      title="Entities with the largest differences"
      head={["Entity", "Events", "As it was", "As it would be", "Change"]}
      rows={rows}
    />
  );
}

export function LeftOut({ answer: { left_out } }: { answer: Answer }) {
  if (left_out.length === 0) return null;
  const rows = left_out.map(({ change, reason, events }) => ({
    key: `${change}/${reason}`,
    cells: [change === null ? reason : `Change ${change}: ${reason}`, events.toLocaleString("en-GB")],
  }));
  return <PlainTable title="Left out, as they are on both sides" head={["Why", "Events"]} rows={rows} />;
}
