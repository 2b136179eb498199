// The frozen baseline: from which events it was worked out, and its formula with all coefficients.
import type { Shape } from "@/api/types";
import { wordsOf } from "@/lib/changes";
import { day } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { type Asked, Panel } from "@/ui/panel";

export function Baseline({ query }: { query: Asked<Shape<"MeasuredSaving">> }) {
  return (
    <Panel
      title="Frozen baseline"
      query={query}
      isEmpty={({ baseline }) => baseline === null}
      empty={{ words: "It is worked out and frozen within an hour of the measure being in place." }}
      partial={({ baseline }) => baseline?.reason}
    >
      {({ baseline }) => baseline && <Facts baseline={baseline} />}
    </Panel>
  );
}

function Facts({ baseline }: { baseline: Shape<"FrozenBaseline"> }) {
  const { window_start, window_end, event_count, day_count, model } = baseline;
  return (
    <div className="space-y-2">
      <p>
        From {plural(event_count, "event")} on {plural(day_count, "day")}, {day(new Date(window_start))} to{" "}
        {day(new Date(window_end))}. Nothing that comes later changes it.
      </p>
      {model && (
        <details className="text-sm">
          <summary className="cursor-pointer text-accent">Formula and coefficients</summary>
          <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
            {Object.entries(model).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{label(name)}</dt>
                <dd className="min-w-0 break-all">{wordsOf(value) ?? "none"}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
