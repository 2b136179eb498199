// The days ahead with the band of the chosen level, after the days that came.
import { LineChart } from "@/charts/LineChart";
import { mass, number } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { amountText, chartUnit, type Forecast, inWords, madeOf, reservations, timeline } from "./series";

export function Ahead({ query, level }: { query: Asked<Forecast>; level: number }) {
  return (
    <Panel
      title="Days ahead"
      query={query}
      className="lg:col-span-2"
      lines={9}
      isEmpty={({ forecast }) => forecast.length === 0}
      empty={{ words: whyEmpty(query.data) }}
      partial={reservations}
    >
      {(answer) => <Shown answer={answer} level={level} />}
    </Panel>
  );
}

function whyEmpty(answer: Forecast | undefined): string {
  if (answer?.status === "being_made") return answer.reason ?? "The forecast is being made.";
  return answer?.reason ?? "There is no forecast yet.";
}

function Shown({ answer, level }: { answer: Forecast; level: number }) {
  const { metric, total, made_at } = answer;
  const { ticks, names, actual, forecast, low, high } = timeline(answer, level);
  const range = total?.bands.find((each) => each.level === level);
  const quantity = (value: number) =>
    metric === "co2e_kg" ? mass(value) : { text: number(value), unit: "events" };
  return (
    <>
      <div className="mb-3">
        <Figure
          label={`Next ${plural(answer.dates.length, "day")}, today among them`}
          quantity={total ? quantity(total.forecast) : null}
          basis={{ kind: "estimated", reason: madeOf(answer) }}
          note={
            <>
              {range &&
                `${level} % interval ${amountText(metric, range.low)} to ${amountText(metric, range.high)}. `}
              Made <Time at={made_at} missing="just now" />.
            </>
          }
        />
      </div>
      <LineChart
        title="Forecast by day"
        sentence={inWords(answer, level)}
        height={270}
        unit={chartUnit(metric)}
        axis={{ label: "Day (UTC)", ticks, names }}
        series={[
          { label: "Forecast", values: forecast, follows: "What came" },
          { label: "What came", values: actual },
        ]}
        band={{ label: `${level} % band`, low, high }}
      />
    </>
  );
}
