// What moves, season by season, and what that saves.
import { mass, number, percent } from "@/lib/format";
import { Figure } from "@/ui/figure";
import { type Asked, Empty, Panel } from "@/ui/panel";
import { intervalText, signed } from "./answer";
import { type Shift, savedText, shiftInWords, shiftReservations } from "./shift";
import { PlainTable } from "./tables";

interface Given {
  query: Asked<Shift>;
  asked: boolean;
  old: string | null;
}

export function HoursResult({ query, asked, old }: Given) {
  if (!asked && query.data === undefined)
    return (
      <section aria-label="Result" className="self-start rounded-lg border bg-surface">
        <Empty words="Say whose electricity, and how many hours of it can move. Nothing is stored." />
      </section>
    );
  return (
    <Panel
      title="Result"
      query={query}
      className="self-start"
      lines={8}
      isEmpty={({ energy_kwh }) => energy_kwh === 0}
      empty={{ words: "No electricity is told in these days." }}
      partial={(shift) => shiftReservations(shift, old)}
    >
      {(shift) => <Shown shift={shift} />}
    </Panel>
  );
}

function Shown({ shift }: { shift: Shift }) {
  const rows = shift.seasons.map((each) => ({
    key: each.season,
    cells: [
      `${each.season} (${each.months})`,
      each.window,
      `${number(each.moved_kwh)} kWh`,
      savedText(each.saving_kg),
      each.percent === null ? "not known" : percent(each.percent),
    ],
  }));
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap gap-x-8 gap-y-2">
        <Figure
          label="Saved"
          quantity={mass(shift.saving_kg)}
          basis={{ kind: "estimated", reason: "hours are the mean of a season" }}
          note={intervalText(shift.saving_low_kg, shift.saving_high_kg)}
        />
        <Figure
          label="Saved in a year"
          size="small"
          quantity={mass(shift.per_year_kg)}
          note={`${signed(shift.per_week_kg)} a week`}
        />
        <Figure label="As it was" size="small" quantity={mass(shift.baseline_kg)} />
      </div>
      <p>{shiftInWords(shift)}</p>
      <PlainTable
        title="By season"
        head={["Season", "Cleanest hours", "Moves", "Change", "Saved"]}
        rows={rows}
      />
      <ul className="space-y-1">
        {shift.seasons.map(({ season, sentence }) => (
          <li key={season}>{sentence}</li>
        ))}
      </ul>
      <ul className="list-disc space-y-0.5 pl-4 text-sm text-muted">
        {shift.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}
