// Why it stands out: one sentence, the worst figure beside what is typical and its range, and what to doubt.
import type { Shape } from "@/api/types";
import { mass, massText, number } from "@/lib/format";
import { against } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { basisOf, Figure } from "@/ui/figure";
import { type Asked, Panel, together } from "@/ui/panel";
import { Severity, State } from "@/ui/severity";
import { Time } from "@/ui/time";
import { excessWords, TYPICAL } from "./bases";
import { type Hotspot, kindMeaning, kindWord, unitOf } from "./words";

export type Card = Shape<"WhyCard">;
type Explained = Shape<"ExplainedPrediction">;

interface Both extends Record<string, unknown> {
  why: Card;
  hotspot: Hotspot;
}

interface Given {
  query: Asked<Card>;
  hotspot: Asked<Hotspot>;
  /** The estimate of the worst event, once it is there. */
  worst: Explained | undefined;
}

export function Why({ query, hotspot, worst }: Given) {
  return (
    <Panel
      title="Why it stands out"
      query={together<Both>({ why: query, hotspot })}
      lines={8}
      className="lg:col-span-2"
    >
      {(both) => (
        <div className="space-y-3">
          <Standing hotspot={both.hotspot} />
          <p className="max-w-prose text-base">{both.why.sentence}</p>
          <Figures why={both.why} hotspot={both.hotspot} worst={worst} />
          <Doubts doubts={both.why.lowered_confidence} />
        </div>
      )}
    </Panel>
  );
}

function Standing({ hotspot }: { hotspot: Hotspot }) {
  return (
    <div className="space-y-1 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <Severity level={hotspot.severity} />
        <State state={hotspot.status} />
        <Badge>{kindWord(hotspot.kind)}</Badge>
        <span className="text-muted">
          {kindMeaning(hotspot.kind)}; rule {hotspot.rule}; last sign <Time at={hotspot.last_event_at} />
        </span>
      </div>
      {hotspot.resolved_at && (
        <p className="text-muted">
          Closed <Time at={hotspot.resolved_at} />
          {hotspot.resolved_reason && `: ${hotspot.resolved_reason}`}
        </p>
      )}
      {hotspot.verdict && <p>{verdictInWords(hotspot)}</p>}
    </div>
  );
}

/** "Not a problem, says ann: planned test run." */
export function verdictInWords({ verdict, verdict_by, verdict_reason }: Hotspot): string {
  const said = verdict === "useful" ? "A real problem" : "Not a problem";
  const who = verdict_by ? `, says ${verdict_by}` : "";
  return `${said}${who}${verdict_reason ? `: ${verdict_reason}` : ""}`;
}

function Figures({ why, hotspot, worst }: { why: Card; hotspot: Hotspot; worst: Explained | undefined }) {
  const isDay = unitOf(hotspot) === "day";
  return (
    <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
      <Figure
        label={isDay ? "Actual, of the worst day" : "Actual, of the worst event"}
        quantity={mass(why.worst_kg)}
        basis={isDay ? undefined : worst && basisOf(worst.prediction)}
        note={
          isDay
            ? "Sum of a UTC day; what each estimate rests on stands with the events"
            : against(why.worst_kg, why.typical_kg)
        }
      />
      <Figure
        label="Typical"
        quantity={mass(why.typical_kg)}
        basis={TYPICAL}
        note={`for the same ${isDay ? "kind of day" : "activity"}`}
      />
      <Figure label="Usual range" quantity={rangeOf(why)} note={rangeNote(why)} size="small" />
      <Figure
        label={excessWords(why.excess_kg)}
        quantity={why.excess_kg === null ? null : mass(Math.abs(why.excess_kg))}
        basis={why.excess_kg === null ? { kind: "insufficient", reason: "not known of all events" } : TYPICAL}
        note={chanceInWords(why.chance_per_week)}
      />
    </div>
  );
}

function rangeOf({ typical_low_kg, typical_high_kg }: Card) {
  if (typical_low_kg === null || typical_high_kg === null) return null;
  const high = mass(typical_high_kg);
  const low = mass(typical_low_kg);
  // one unit for both ends, where they share it
  return low.unit === high.unit
    ? { text: `${low.text} to ${high.text}`, unit: high.unit }
    : { text: `${massText(typical_low_kg)} to ${high.text}`, unit: high.unit };
}

function rangeNote(card: Card): string {
  return rangeOf(card) === null ? "Not known" : "nine of ten usual ones lie in it";
}

/** How often chance alone would bring something like this. */
export function chanceInWords(perWeek: number | null): string {
  if (perWeek === null) return "How often chance would bring it is not known";
  if (perWeek <= 0) return "Chance alone would hardly ever bring it";
  const weeks = 1 / perWeek;
  return weeks >= 1.5
    ? `Chance alone would bring it once in ${number(weeks, 2)} weeks`
    : `Chance alone would bring it ${number(perWeek, 2)} times a week`;
}

function Doubts({ doubts }: { doubts: readonly string[] }) {
  if (doubts.length === 0) return null;
  return (
    <div className="text-sm">
      <h3 className="font-medium">What to doubt</h3>
      <ul className="list-disc pl-5 text-muted">
        {doubts.map((doubt) => (
          <li key={doubt}>{doubt}</li>
        ))}
      </ul>
    </div>
  );
}
