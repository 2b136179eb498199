// The answer: the difference with its interval, who contributes what, scopes and energy, cost, and what was left out.
import { Waterfall } from "@/charts/Waterfall";
import { mass, massText, percent } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import {
  type Answer,
  intervalText,
  inWords,
  nameOf,
  reservations,
  signed,
  signedQuantity,
  stepsOf,
  unclear,
} from "./answer";
import { CostTable } from "./CostTable";
import { EntityTable, LeftOut, SideTable } from "./tables";

interface Given {
  query: Asked<Answer>;
  /** Whether it was asked at all: before that there is nothing to wait for. */
  asked: boolean;
  /** Where the form has moved on since, the words that say so. */
  old: string | null;
}

export function Result({ query, asked, old }: Given) {
  if (!asked && query.data === undefined) return <NotAsked />;
  return (
    <Panel
      title="Result"
      query={query}
      className="self-start"
      lines={12}
      isEmpty={({ events }) => events === 0}
      empty={{ words: query.data?.reason ?? "No event is in these days." }}
      partial={(answer) => reservations(answer, old)}
    >
      {(answer) => <Shown answer={answer} />}
    </Panel>
  );
}

const NOTHING: Asked<null> = {
  data: null,
  isPending: false,
  error: null,
  dataUpdatedAt: 0,
  refetch: () => undefined,
};

function NotAsked() {
  return (
    <Panel
      title="Result"
      query={NOTHING}
      className="self-start"
      isEmpty={() => true}
      empty={{
        words: "Say whose events, and what would have been different; then simulate. Nothing is stored.",
      }}
    >
      {() => null}
    </Panel>
  );
}

export function Shown({ answer }: { answer: Answer }) {
  const steps = stepsOf(answer);
  return (
    <div className="space-y-5">
      <Difference answer={answer} />
      {steps.length > 0 && (
        <Waterfall
          title="What each change does"
          sentence={inWords(answer)}
          height={240}
          unit="kg"
          steps={steps}
        />
      )}
      <ul className="space-y-1">
        {answer.changes.map((each) => (
          <li key={each.number}>
            <span className="font-medium">{nameOf(each)}:</span> {each.sentence}{" "}
            <span className="text-muted">
              {signed(each.delta_kg)}
              {each.percent !== null && `, ${percent(Math.abs(each.percent))} of all`},{" "}
              {plural(each.events, "event")}
            </span>
          </li>
        ))}
      </ul>
      <SideTable answer={answer} />
      {answer.cost && <CostTable cost={answer.cost} />}
      <EntityTable answer={answer} />
      <LeftOut answer={answer} />
      <Notes answer={answer} />
    </div>
  );
}

function Difference({ answer }: { answer: Answer }) {
  const { delta_kg, delta_low_kg, delta_high_kg, per_week_kg, per_year_kg, baseline_kg, changed_kg } = answer;
  const interval = intervalText(delta_low_kg, delta_high_kg);
  return (
    <div className="flex flex-wrap gap-x-8 gap-y-2">
      <Figure
        label="Difference"
        quantity={delta_kg === null ? null : signedQuantity(delta_kg)}
        basis={
          delta_kg === null
            ? { kind: "insufficient", reason: answer.reason ?? "it cannot be told" }
            : { kind: "estimated", reason: "both sides by the same estimator" }
        }
        note={[interval, unclear(answer) ? "whether it saves is not clear" : null].filter(Boolean).join("; ")}
      />
      <Figure
        label="As it was, and would be"
        size="small"
        quantity={baseline_kg === null ? null : mass(baseline_kg)}
        note={changed_kg === null ? null : `${massText(changed_kg)} with the changes`}
      />
      <Figure
        label="Scaled to a year"
        size="small"
        quantity={per_year_kg === null ? null : signedQuantity(per_year_kg)}
        note={per_week_kg === null ? null : `${signed(per_week_kg)} a week`}
      />
    </div>
  );
}

function Notes({ answer }: { answer: Answer }) {
  const { notes, first_day, last_day, factor_set, grid_region } = answer;
  return (
    <ul className="list-disc space-y-0.5 pl-4 text-sm text-muted">
      <li>
        {first_day} to {last_day}, factors {factor_set}, grid {grid_region}.
      </li>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
