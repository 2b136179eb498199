// The rate now, and how the last 24 hours went against what is typical of the same events and usual in these hours.
import { Link } from "@tanstack/react-router";
import { LineChart } from "@/charts/LineChart";
import { absolute, change, clock, mass } from "@/lib/format";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import type { Day, Hour } from "./model";
import { basisOfShare, inWords, lastHour, leftOut } from "./words";

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
      partial={({ current }) => current.reason}
    >
      {(day) => (
        <>
          <Figures day={day} />
          <Hours hours={day.series.hours} />
          {leftOut(day.series).map((line) => (
            <p key={line} className="mt-1 text-sm text-muted">
              {line}
            </p>
          ))}
        </>
      )}
    </Panel>
  );
}

function Figures({ day: { current, series } }: { day: Day }) {
  const rate = current.current_rate;
  const last = lastHour(series.hours);
  return (
    <div className="mb-3 flex flex-wrap gap-x-10 gap-y-2">
      <Figure
        label="Mean of the last 24 hours"
        quantity={rate === null ? null : mass(rate, "/h")}
        basis={basisOfShare(current.measured_share, current.reason)}
        note={
          current.trend === null
            ? current.trend_reason
            : `${change(current.trend)} against the 24 hours before`
        }
      />
      {last && (
        <Figure
          label={`Last full hour, from ${clock(new Date(last.hour.start))} UTC`}
          quantity={last.hour.co2e_kg === null ? null : mass(last.hour.co2e_kg, "/h")}
          basis={basisOfShare(shareOf(last.hour))}
          note={last.note}
        />
      )}
    </div>
  );
}

function shareOf({ co2e_kg, measured_kg }: Hour): number | null {
  return co2e_kg === null || measured_kg === null || co2e_kg <= 0 ? null : measured_kg / co2e_kg;
}

function Hours({ hours }: { hours: readonly Hour[] }) {
  const starts = hours.map((hour) => new Date(hour.start));
  const whenOver = (value: (hour: Hour) => number | null) =>
    hours.map((hour) => (hour.running ? null : value(hour)));
  return (
    <LineChart
      title="Rate by the hour"
      sentence={inWords(hours)}
      height={250}
      unit="kg/h"
      axis={{ label: "Hour (UTC)", ticks: starts.map(clock), names: starts.map(absolute) }}
      series={[
        { label: "Actual", values: whenOver((hour) => hour.co2e_kg) },
        { label: "Typical of the same events", values: whenOver((hour) => hour.typical_kg), dashed: true },
      ]}
      band={{
        label: "Usual in this hour of the week",
        low: hours.map((hour) => hour.usual_low_kg),
        high: hours.map((hour) => hour.usual_high_kg),
      }}
    />
  );
}
