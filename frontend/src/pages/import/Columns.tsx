// Each column of the file: its first values, the field it is, the unit of its numbers.
import { number, percent } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { SavedField } from "@/ui/savedField";
import { assign, type ColumnFacts, FIELDS, inUnit, type Told } from "./mapping";

interface Given {
  columns: readonly ColumnFacts[];
  told: Told;
  onTold: (told: Told) => void;
}

const FOUND: Record<string, string> = {
  told: "as told",
  preset: "kept mapping",
  name: "by its name",
  synonym: "by its name",
};

export function Columns({ columns, told, onTold }: Given) {
  return (
    <section
      aria-label="Columns of the file"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto rounded-md border"
    >
      <table className="w-full text-left text-sm">
        <thead className="bg-raised text-xs text-muted">
          <tr>
            {["Column", "First values", "Filled", "Field", "Unit of its numbers"].map((head) => (
              <th key={head} scope="col" className="px-2.5 py-1.5 font-medium whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <Row key={column.name} {...{ column, told, onTold }} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ column, told, onTold }: Omit<Given, "columns"> & { column: ColumnFacts }) {
  const { name, field, unit } = column;
  const names = field === null || FIELDS.includes(field) ? FIELDS : [...FIELDS, field];
  const options = [{ value: "", label: "not used" }, ...names.map((each) => ({ value: each, label: each }))];
  return (
    <tr className="border-t align-top">
      <th scope="row" className="px-2.5 py-2 font-medium">
        {name}
      </th>
      <td className="max-w-52 truncate px-2.5 py-2 text-muted">{column.samples.join(" · ") || "empty"}</td>
      <td className="px-2.5 py-2 whitespace-nowrap">
        {column.filled_pct === null ? "–" : percent(column.filled_pct)}
      </td>
      <td className="min-w-44 px-2.5 py-1.5">
        <Select
          label={`Field of ${name}`}
          hideLabel
          value={field ?? ""}
          onValue={(chosen) => onTold(assign(told, column, chosen))}
          options={options}
        />
        {column.by && (
          <span className="mt-1 inline-block">
            <Badge tone={column.by === "told" ? "accent" : "neutral"}>{FOUND[column.by] ?? column.by}</Badge>
          </span>
        )}
      </td>
      <td className="min-w-32 px-2.5 py-1.5">
        {field !== null && (unit !== null || told.units?.[field] !== undefined) && (
          <SavedField
            label={`Unit of ${name}`}
            hideLabel
            value={told.units?.[field] ?? unit ?? ""}
            onValue={(text) => onTold(inUnit(told, field, text))}
          />
        )}
        <Conversion column={column} />
      </td>
    </tr>
  );
}

/** How its numbers become those of the field, where they are not the same. */
function Conversion({ column: { scale, offset, field } }: { column: ColumnFacts }) {
  if (scale === null || (scale === 1 && !offset)) return null;
  const added = offset ? ` ${offset > 0 ? "+" : "−"} ${number(Math.abs(offset))}` : "";
  return (
    <span className="text-xs whitespace-nowrap text-muted">
      × {number(scale, 4)}
      {added} for {field}
    </span>
  );
}
