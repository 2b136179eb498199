// The UTC day so far against what was forecast for all of it, and against its share of the month's target.
import { mass, massText } from "@/lib/format";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { Meter } from "./Meter";
import type { Outlook } from "./model";
import { basisOfShare, ofEverything, ofToday } from "./words";

export function Today({ query }: { query: Asked<Outlook> }) {
  return (
    <Panel title="Today" query={query}>
      {({ current, forecast, progress }) => {
        const day = ofToday(forecast, current.window_end);
        const target = ofEverything(progress);
        const limit = target ? target.amount_kg / progress.days : undefined;
        return (
          <div className="space-y-2">
            <Figure
              label="Since midnight UTC"
              quantity={mass(current.total_today)}
              basis={basisOfShare(current.today_measured_share)}
              note={limit && `An even share of the month's target: ${massText(limit)} a day`}
            />
            {(day || limit !== undefined) && (
              <Meter
                value={current.total_today}
                range={day ?? undefined}
                limit={limit}
                words={progressInWords(current.total_today, day, limit)}
              />
            )}
            <p className="text-sm text-muted">
              {day
                ? `Forecast for the day: ${massText(day.typical)}, 95 % interval ${massText(day.low)} to ${massText(day.high)}`
                : (forecast.reason ?? "There is no forecast of today.")}
            </p>
          </div>
        );
      }}
    </Panel>
  );
}

function progressInWords(kg: number, day: { low: number; high: number } | null, limit?: number): string {
  const ahead = day ? `, ${massText(day.low)} to ${massText(day.high)} forecast for the day` : "";
  return `${massText(kg)} so far${ahead}${limit === undefined ? "" : `; share of the target ${massText(limit)}`}`;
}
