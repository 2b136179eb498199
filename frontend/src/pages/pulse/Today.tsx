// The UTC day so far against what was forecast for all of it, and against the target where one is set.
import { mass, massText } from "@/lib/format";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { Meter } from "./Meter";
import type { Outlook } from "./model";

export function Today({ query }: { query: Asked<Outlook> }) {
  return (
    <Panel title="Today" query={query}>
      {({ current, forecast }) => {
        const day = ofToday(forecast, current.window_end);
        return (
          <div className="space-y-2">
            <Figure
              label="Since midnight UTC"
              quantity={mass(current.total_today)}
              note={targetInWords(current)}
            />
            {day ? (
              <>
                <Meter
                  value={current.total_today}
                  low={day.low}
                  high={day.high}
                  words={`${massText(current.total_today)} of a day forecast at ${massText(day.low)} to ${massText(day.high)}`}
                />
                <p className="text-sm text-muted">
                  Forecast for the day: {massText(day.typical)}, 95 % interval {massText(day.low)} to{" "}
                  {massText(day.high)}
                </p>
              </>
            ) : (
              <p className="text-sm text-muted">{forecast.reason ?? "There is no forecast of today."}</p>
            )}
          </div>
        );
      }}
    </Panel>
  );
}

function targetInWords({ target, target_reason, total_today }: Outlook["current"]): string {
  if (target === null || target === undefined)
    return target_reason ? `Against a target: ${target_reason}` : "";
  return total_today > target ? `Over the target of ${massText(target)}` : `Target ${massText(target)}`;
}

/** The forecast of the day that is under way; null where there is none. */
export function ofToday(
  { dates, forecast, confidence_low, confidence_high }: Outlook["forecast"],
  now: string,
) {
  const at = (dates ?? []).indexOf(now.slice(0, 10));
  const typical = forecast[at];
  const low = confidence_low[at];
  const high = confidence_high[at];
  return typical == null || low == null || high == null ? null : { typical, low, high };
}
