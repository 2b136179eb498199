// The rate now, and how the last 24 hours went against what is typical of the same events.
import { Link } from "@tanstack/react-router";
import { LineChart } from "@/charts/LineChart";
import { absolute, change, clock, mass, massText } from "@/lib/format";
import { against } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { basisOfAll, type Hour, hourly, reach, within } from "./estimates";
import type { Day } from "./model";

export function Now({ query, className }: { query: Asked<Day>; className?: string }) {
  return (
    <Panel
      title="Rate"
      query={query}
      className={className}
      lines={9}
      isEmpty={({ current }) => current.prediction_count === 0}
      empty={{
        words: "No event of the last 24 hours has come in.",
        next: (
          <Link to="/import" className="text-accent underline">
            Import a file
          </Link>
        ),
      }}
      partial={missing}
    >
      {(day) => <Rate day={day} />}
    </Panel>
  );
}

function missing({ current, estimates }: Day): string | null {
  const since = reach(estimates, new Date(current.window_start));
  if (since)
    return `The chart has only the newest ${estimates.length} estimates, back to ${absolute(since)}.`;
  return current.reason;
}

function Rate({ day: { current, estimates } }: { day: Day }) {
  const start = new Date(current.window_start);
  const end = new Date(current.window_end);
  const hours = hourly(estimates, start, end);
  const rate = current.current_rate;
  return (
    <>
      <div className="mb-3">
        <Figure
          label="Mean of the last 24 hours"
          quantity={rate === null ? null : mass(rate, "/h")}
          basis={
            rate === null
              ? { kind: "insufficient", reason: current.reason ?? "no event" }
              : basisOfAll(within(estimates, start, end))
          }
          note={
            current.trend === null
              ? current.trend_reason
              : `${change(current.trend)} against the 24 hours before`
          }
        />
      </div>
      <LineChart
        title="Rate by the hour"
        sentence={inWords(hours)}
        height={270}
        unit="kg/h"
        axis={{
          label: "Hour (UTC)",
          ticks: hours.map((hour) => clock(hour.start)),
          names: hours.map((hour) => absolute(hour.start)),
        }}
        series={[
          { label: "Actual", values: hours.map((hour) => hour.actualKg) },
          { label: "Typical of the same events", values: hours.map((hour) => hour.typicalKg), dashed: true },
        ]}
      />
    </>
  );
}

/** The chart in a sentence: its sum against the typical one, and its highest hour. */
export function inWords(hours: readonly Hour[]): string {
  const known = hours.filter((hour) => hour.actualKg !== null);
  const highest = known.reduce<Hour | null>(
    (top, hour) => ((hour.actualKg ?? 0) > (top?.actualKg ?? -1) ? hour : top),
    null,
  );
  if (!highest) return "Nothing came in during the last 24 hours.";
  const compared = known.filter((hour) => hour.typicalKg !== null);
  const sum = (of: (hour: Hour) => number | null) =>
    compared.reduce((total, hour) => total + (of(hour) ?? 0), 0);
  const typical = compared.length
    ? `; ${against(
        sum((hour) => hour.actualKg),
        sum((hour) => hour.typicalKg),
      )} over the hours whose typical value is known`
    : "";
  return `Emissions by the hour: the most ${massText(highest.actualKg ?? 0)} from ${clock(highest.start)} UTC${typical}.`;
}
