// The estimate of one event line by line: formula, steps, inputs, published factors, and whether it still holds.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { mass, massText } from "@/lib/format";
import { listed, plural } from "@/lib/sentence";
import { basisOf, Figure } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { Factors, Inputs } from "./EstimateRests";

export type Explained = Shape<"ExplainedPrediction">;

export function Estimate({ eventId, isWorst }: { eventId: number; isWorst: boolean }) {
  const path = { prediction_id: eventId };
  const query = useQuery(ask("/predictions/{prediction_id}/explain", { path }));
  return (
    <Panel
      title="The estimate, line by line"
      query={query}
      lines={8}
      className="lg:col-span-2"
      isEmpty={({ lines, prediction }) => lines.length === 0 && prediction.co2_kg === null}
      empty={{ words: whyNot(query.data) }}
      partial={doubts}
      actions={<Which eventId={eventId} isWorst={isWorst} />}
    >
      {(explained) => (
        <div className="space-y-4">
          <Sum explained={explained} />
          <Lines lines={explained.lines} />
          <div className="grid gap-4 lg:grid-cols-2">
            <Inputs explained={explained} />
            <Factors explained={explained} />
          </div>
        </div>
      )}
    </Panel>
  );
}

function Which({ eventId, isWorst }: { eventId: number; isWorst: boolean }) {
  if (isWorst) return <span className="text-sm text-muted">event {eventId}, the worst</span>;
  return (
    <>
      <span className="text-sm text-muted">event {eventId}</span>
      <Link
        from="/hotspots/$hotspotId"
        to="."
        search={(now) => ({ ...now, event: undefined })}
        className="ml-2 text-sm text-accent underline"
      >
        The worst one
      </Link>
    </>
  );
}

function whyNot(explained: Explained | undefined): string {
  const missing = explained?.missing ?? [];
  const lacks = missing.length > 0 ? ` It lacks ${listed(missing)}.` : "";
  return `There is no estimate: ${explained?.prediction.reason ?? "the engine says no more"}.${lacks}`;
}

/** What keeps the lines from being the whole truth about the stored figure; null where nothing does. */
export function doubts({ disagreement, unchanged, stand_ins }: Explained): string | null {
  const told = [
    disagreement,
    unchanged === false ? "The event was changed since it was estimated." : null,
    stand_ins.length > 0
      ? `${plural(stand_ins.length, "value")} stood in: ${stand_ins.map(({ words }) => words).join("; ")}.`
      : null,
  ].filter((each) => each !== null);
  return told.length > 0 ? told.join(" ") : null;
}

function Sum({ explained: { prediction, formula, method, agrees } }: { explained: Explained }) {
  const { co2_kg, low_kg, high_kg, model_version } = prediction;
  return (
    <div className="flex flex-wrap items-start gap-x-8 gap-y-2">
      <Figure
        label="CO2e of the event, full chain"
        quantity={co2_kg === null ? null : mass(co2_kg)}
        basis={basisOf(prediction)}
        note={
          low_kg === null || high_kg === null
            ? "Its interval is not known"
            : `95 % interval ${massText(low_kg)} to ${massText(high_kg)}`
        }
      />
      <div className="min-w-0 flex-1 basis-80 text-sm">
        <p className="break-words">{formula ?? "The formula is not told."}</p>
        <p className="text-muted">
          {method && `${method}; `}
          factors {model_version}; event of <Time at={prediction.event_time} />.{" "}
          {agrees ? "The lines come to the stored figure." : "The lines do not come to the stored figure."}
        </p>
      </div>
    </div>
  );
}

function Lines({ lines }: { lines: Explained["lines"] }) {
  if (lines.length === 0) return null;
  return (
    <section
      aria-label="Steps of the estimate"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-md border"
    >
      <ol className="min-w-0 divide-y text-sm">
        {lines.map(({ step, text, expression }, at) => (
          <li key={step} className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-2 px-2.5 py-1.5">
            <span aria-hidden className="text-right text-muted">
              {at + 1}
            </span>
            <span className="break-words" title={expression}>
              <Line step={step} text={text} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The step's name apart from what is worked out, and the result in bold. */
function Line({ step, text }: { step: string; text: string }) {
  const { name, working, result } = parted(step, text);
  return (
    <>
      <span className="font-medium">{name}</span>
      {working && <span className="text-muted">: {working}</span>}
      {result && <span className="font-medium whitespace-nowrap"> = {result}</span>}
    </>
  );
}

/** "kg, electricity: 2 kWh x 3 = 6 kg" as its parts; what is not like that stays one text. */
export function parted(step: string, text: string) {
  const from = text.indexOf(": ");
  const to = text.lastIndexOf(" = ");
  if (from < 0 || to < from) return { name: text, working: "", result: "" };
  const named = text.slice(0, from);
  return {
    name: named.startsWith(`${step}, `) ? `${named.slice(step.length + 2)} (${step})` : named,
    working: text.slice(from + 2, to),
    result: text.slice(to + 3),
  };
}
