// What the difference to usual is made of: more done, other vehicles or fuels, more per unit; and which inputs changed.
import { Waterfall } from "@/charts/Waterfall";
import { massText, number } from "@/lib/format";
import { against, label, listed } from "@/lib/sentence";
import { type Asked, Panel } from "@/ui/panel";
import type { Card } from "./Why";

const CAUSES = {
  volume_kg: ["More or less done", "volume"],
  mix_kg: ["Other vehicles, fuels", "mix"],
  intensity_kg: ["More or less per unit", "intensity"],
} as const;

export function Parts({ query }: { query: Asked<Card> }) {
  return (
    <Panel
      title="What it is made of"
      query={query}
      lines={8}
      isEmpty={(card) => stepsOf(card) === null && card.inputs.length === 0}
      empty={{ words: "There is nothing like it before this hotspot to split the excess by." }}
      partial={(card) =>
        stepsOf(card) === null ? "The excess could not be split: there is nothing like it before." : null
      }
    >
      {(card) => (
        <div className="space-y-4">
          <Split card={card} />
          <Inputs card={card} />
        </div>
      )}
    </Panel>
  );
}

function Split({ card }: { card: Card }) {
  const steps = stepsOf(card);
  if (steps === null) return null;
  return (
    <>
      <Waterfall title="What the excess is made of" sentence={inWords(card)} unit="kg" steps={steps} />
      <p className="text-sm text-muted">
        Compared with {card.compared_with}; {card.usual_events.toLocaleString("en-GB")} events.
      </p>
    </>
  );
}

/** From usual to actual; null where nothing is there to compare with. */
export function stepsOf({ parts, usual_kg, actual_kg }: Card) {
  if (parts === null || usual_kg === null) return null;
  return [
    { label: "Usual", value: usual_kg, total: true },
    ...entriesOf(parts).map(([name, kg]) => ({ label: CAUSES[name][0], value: kg })),
    { label: "Actual", value: actual_kg, total: true },
  ];
}

export function inWords({ parts, usual_kg, actual_kg }: Card): string {
  if (parts === null || usual_kg === null) return "";
  const told = entriesOf(parts).map(([name, kg]) => `${CAUSES[name][1]} ${signed(kg)}`);
  return `From ${massText(usual_kg)} usually to ${massText(actual_kg)}: ${listed(told)}.`;
}

function entriesOf(parts: NonNullable<Card["parts"]>) {
  return (["volume_kg", "mix_kg", "intensity_kg"] as const).map((name) => [name, parts[name]] as const);
}

/** "distance_km" as "Distance". */
export function inputName({ field, unit }: { field: string; unit: string }): string {
  return label(unit && field.endsWith(`_${unit}`) ? field.slice(0, -unit.length - 1) : field);
}

function signed(kg: number): string {
  const sign = kg < 0 ? "−" : kg > 0 ? "+" : "";
  return sign + massText(Math.abs(kg));
}

function Inputs({ card: { inputs } }: { card: Card }) {
  if (inputs.length === 0) return <p className="text-sm text-muted">No input differs from what is usual.</p>;
  return (
    <table className="w-full text-left text-sm">
      <caption className="pb-1 text-left font-medium">Inputs that changed</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="py-1 font-medium">
            Input
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Actual
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Usual
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Apart
          </th>
        </tr>
      </thead>
      <tbody>
        {inputs.map(({ field, unit, actual, usual }) => (
          <tr key={field} className="border-t">
            <th scope="row" className="py-1 font-normal">
              {inputName({ field, unit })}
            </th>
            <td className="py-1 text-right whitespace-nowrap">
              {number(actual)} {unit}
            </td>
            <td className="py-1 text-right whitespace-nowrap">
              {number(usual)} {unit}
            </td>
            <td className="py-1 pl-2 text-right whitespace-nowrap text-muted">{against(actual, usual)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
