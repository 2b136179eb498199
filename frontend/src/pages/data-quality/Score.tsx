// The score of all rows of the last seven days of arrival, its parts, and what cost points.
import { Link } from "@tanstack/react-router";
import type { Shape } from "@/api/types";
import { plural } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { Parts, Reasons } from "./Parts";

export function Score({ query }: { query: Asked<Shape<"OverallQuality">> }) {
  return (
    <Panel
      title="Score"
      query={query}
      isEmpty={(all) => all.total_rows + all.rejected_rows === 0}
      empty={{
        words: "No rows arrived in the last seven days.",
        next: (
          <Link to="/import" className="text-accent underline">
            Import a file
          </Link>
        ),
      }}
      partial={(all) => all.reason}
    >
      {(all) => (
        <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
          <div className="space-y-3">
            <Figure
              label="Rows of the last seven days of arrival"
              quantity={
                all.score === null
                  ? null
                  : {
                      text: all.score.toLocaleString("en-GB", { maximumFractionDigits: 1 }),
                      unit: "of 100",
                    }
              }
              note={`${plural(all.total_rows, "row")} stored, ${all.rejected_rows.toLocaleString("en-GB")} rejected, ${all.duplicate_rows.toLocaleString("en-GB")} there already`}
            />
            <Parts of={all} />
            <p className="text-sm text-muted">
              Newest row <Time at={all.last_updated} />
            </p>
          </div>
          <div>
            <h3 className="mb-1 text-sm font-medium">What cost points, the most first</h3>
            <Reasons reasons={all.reasons} />
          </div>
        </div>
      )}
    </Panel>
  );
}
