// How far to trust it: the measured error in words, and the last forecast beside what came.
import { LineChart } from "@/charts/LineChart";
import { day, shortDay } from "@/lib/format";
import { type Asked, Panel } from "@/ui/panel";
import { errorInWords, lastInWords } from "./error";
import { chartUnit, type Forecast } from "./series";

export function MeasuredError({ query }: { query: Asked<Forecast> }) {
  return (
    <Panel
      title="How good it was"
      query={query}
      isEmpty={({ measured_error }) => measured_error === null}
      empty={{ words: "No forecast of this series was compared with what came yet." }}
    >
      {({ measured_error }) => (
        <ul className="list-disc space-y-1 pl-4">
          {errorInWords(measured_error).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function LastForecast({ query }: { query: Asked<Forecast> }) {
  return (
    <Panel
      title="Last forecast"
      query={query}
      className="lg:col-span-2"
      lines={6}
      isEmpty={({ last }) => last === null}
      empty={{ words: "There is no forecast of the seven days before." }}
      partial={({ last }) =>
        last && last.days_compared < last.dates.length
          ? `${last.dates.length - last.days_compared} of its ${last.dates.length} days have no value to compare.`
          : null
      }
    >
      {(answer) => <Beside answer={answer} />}
    </Panel>
  );
}

function Beside({ answer }: { answer: Forecast }) {
  const words = lastInWords(answer);
  const days = (answer.last?.dates ?? []).map((date) => new Date(`${date}T00:00:00Z`));
  return (
    <>
      <p className="mb-3">{words}</p>
      <LineChart
        title="Last forecast beside what came"
        sentence={words}
        height={180}
        unit={chartUnit(answer.metric)}
        axis={{ label: "Day (UTC)", ticks: days.map(shortDay), names: days.map(day) }}
        series={[
          { label: "What came", values: answer.last?.actual ?? [] },
          { label: "Forecast", values: answer.last?.forecast ?? [], dashed: true },
        ]}
      />
    </>
  );
}
