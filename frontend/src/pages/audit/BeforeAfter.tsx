// What an entry changed, field by field. What was and what is stand in columns with names, not in colours alone.
import { changesOf } from "@/lib/changes";
import { label } from "@/lib/sentence";
import type { Entry } from "./filters";

export function BeforeAfter({ before, after }: Pick<Entry, "before" | "after">) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <p className="text-sm text-muted">No field of it changed.</p>;
  return (
    <section>
      <h3 className="mb-1 text-sm font-semibold">{titleOf(before, after)}</h3>
      <table className="w-full table-fixed text-left text-sm">
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="w-1/4 font-medium">
              Field
            </th>
            {before !== null && (
              <th scope="col" className="font-medium">
                Before
              </th>
            )}
            {after !== null && (
              <th scope="col" className="font-medium">
                After
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, was, is }) => (
            <tr key={field} className="border-t align-top">
              <th scope="row" className="py-1 pr-2 font-normal wrap-anywhere">
                {label(field)}
              </th>
              {before !== null && <td className="py-1 pr-2 wrap-anywhere text-muted">{was ?? "–"}</td>}
              {after !== null && <td className="py-1 wrap-anywhere">{is ?? "–"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Null before: it was not there; null after: it is gone. */
export function titleOf(before: Entry["before"], after: Entry["after"]): string {
  if (before === null) return "It is new";
  return after === null ? "It is gone" : "What changed";
}
