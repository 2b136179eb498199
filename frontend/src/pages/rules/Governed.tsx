// Whom a rule would govern, before it is stored.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { send } from "@/api/client";
import { asProblem } from "@/api/problem";
import { plural } from "@/lib/sentence";
import { useSettled } from "@/lib/settled";
import { Button } from "@/ui/button";
import type { Facts } from "./draft";

const MOST_SHOWN = 8;

export function Governed({ name, facts }: { name: string; facts: Facts }) {
  const asked = useSettled(JSON.stringify({ ...facts, name: name || "new-rule" }));
  const sources = facts.kind === "data_quality";
  const preview = useQuery({
    queryKey: ["/rules/preview", asked],
    queryFn: async ({ signal }) =>
      (await send<"post", "/rules/preview">("post", "/rules/preview", { body: JSON.parse(asked) }, signal))
        .data,
    enabled: !sources,
    retry: false,
  });
  if (sources) {
    return (
      <p className="text-sm text-muted">
        It watches sources, which{" "}
        <Link to="/data-quality" className="text-accent underline">
          Data quality
        </Link>{" "}
        lists.
      </p>
    );
  }
  const { data, error } = preview;
  return (
    <div aria-live="polite" className="rounded-md border px-2.5 py-1.5 text-sm">
      {error ? (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p>Not known yet: {asProblem(error).message}</p>
          <Button onClick={() => void preview.refetch()}>Try again</Button>
        </div>
      ) : data ? (
        <>
          <p>
            {data.count === 0
              ? "It would govern nobody who has reported so far."
              : `It would govern ${plural(data.count, "series", "series")}:`}
          </p>
          <ul className="text-muted">
            {data.subjects.slice(0, MOST_SHOWN).map(({ entity, event_type, metric }) => (
              <li key={`${entity} ${event_type} ${metric}`} className="truncate">
                {entity}, {event_type}, {metric}
              </li>
            ))}
            {data.count > MOST_SHOWN && <li>and {plural(data.count - MOST_SHOWN, "other")}</li>}
          </ul>
        </>
      ) : (
        <p>Looking whom it would govern…</p>
      )}
    </div>
  );
}
