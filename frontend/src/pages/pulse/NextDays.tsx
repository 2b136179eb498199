// The seven days ahead, with the interval they are expected in.
import { Link } from "@tanstack/react-router";
import type { Shape } from "@/api/types";
import { LineChart } from "@/charts/LineChart";
import { day, massText, shortDay } from "@/lib/format";
import { type Asked, Panel } from "@/ui/panel";

type Forecast = Shape<"EmissionsForecast">;

export function NextDays({ query }: { query: Asked<Forecast> }) {
  return (
    <Panel
      title="Next 7 days"
      query={query}
      lines={7}
      isEmpty={({ forecast }) => forecast.length === 0}
      empty={{ words: query.data?.reason ?? "There is no forecast yet." }}
      partial={({ reason }) => reason}
      actions={
        <Link to="/forecast" className="text-sm text-accent hover:underline">
          Forecast
        </Link>
      }
    >
      {(forecast) => {
        const days = (forecast.dates ?? []).map((date) => new Date(`${date}T00:00:00Z`));
        return (
          <LineChart
            title="Forecast of the next 7 days"
            sentence={inWords(forecast)}
            height={200}
            unit="kg/day"
            axis={{ label: "Day", ticks: days.map(shortDay), names: days.map(day) }}
            series={[{ label: "Forecast", values: forecast.forecast }]}
            band={{ label: "95 % interval", low: forecast.confidence_low, high: forecast.confidence_high }}
          />
        );
      }}
    </Panel>
  );
}

function inWords({ forecast, confidence_low, confidence_high }: Forecast): string {
  const known = (values: readonly (number | null)[]) => values.filter((kg) => kg !== null);
  const sum = known(forecast).reduce((total, kg) => total + kg, 0);
  const range = `${massText(Math.min(...known(confidence_low)))} to ${massText(Math.max(...known(confidence_high)))}`;
  return `Forecast of the next ${forecast.length} days: ${massText(sum)} in all, single days within ${range}.`;
}
