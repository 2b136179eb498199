// What the difference to usual is made of: more done, other vehicles or fuels, more per unit; and which inputs changed.
import { Waterfall } from "@/charts/Waterfall";
import { massText, number } from "@/lib/format";
import { against, label, listed, plural } from "@/lib/sentence";
import { type Asked, Panel } from "@/ui/panel";
import type { Card } from "./Why";

/** At an axis there is no room for more than a word; what it means stands below. */
const CAUSES = {
  volume_kg: "Volume",
  mix_kg: "Mix",
  intensity_kg: "Intensity",
} as const;
const MEANING =
  "Volume: more or less was done. Mix: with other vehicles or fuels. Intensity: more or less per unit of activity.";

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
        {MEANING} Compared with {card.compared_with}; {plural(card.usual_events, "event")}.
      </p>
    </>
  );
}

/** From usual to actual; null where nothing is there to compare with. */
export function stepsOf({ parts, usual_kg, actual_kg }: Card) {
  if (parts === null || usual_kg === null) return null;
  return [
    { label: "Usual", value: usual_kg, total: true },
    ...entriesOf(parts).map(([name, kg]) => ({ label: CAUSES[name], value: kg })),
    { label: "Actual", value: actual_kg, total: true },
  ];
}

export function inWords({ parts, usual_kg, actual_kg }: Card): string {
  if (parts === null || usual_kg === null) return "";
  const told = entriesOf(parts).map(([name, kg]) => `${CAUSES[name].toLowerCase()} ${signed(kg)}`);
  return `From ${massText(usual_kg)} usually to ${massText(actual_kg)}: ${listed(told)}.`;
}

function entriesOf(parts: NonNullable<Card["parts"]>) {
  return (["volume_kg", "mix_kg", "intensity_kg"] as const).map((name) => [name, parts[name]] as const);
}

const INPUTS: Record<string, string> = {
  distance_km: "Distance (km)",
  load_kg: "Load (kg)",
  speed: "Speed (km/h)",
  stop_events: "Stops",
  idle_hours: "Idling (h)",
  delivery_count: "Drops",
  fuel_litres: "Fuel (litres)",
  energy_kwh: "Energy (kWh)",
  gas_kwh: "Gas (kWh)",
  shift_hours: "Shift (h)",
  inventory_volume: "Stored (m³)",
  temperature: "Temperature (°C)",
};

/** "distance_km" as "Distance (km)"; of what has no unit the name alone. */
export function inputName(field: string): string {
  return INPUTS[field] ?? label(field);
}

function signed(kg: number): string {
  return kg > 0 ? `+${massText(kg)}` : massText(kg);
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
        {inputs.map(({ field, actual, usual }) => (
          <tr key={field} className="border-t">
            <th scope="row" className="py-1 font-normal">
              {inputName(field)}
            </th>
            <td className="py-1 text-right whitespace-nowrap">{number(actual)}</td>
            <td className="py-1 text-right whitespace-nowrap">{number(usual)}</td>
            <td className="py-1 pl-2 text-right whitespace-nowrap text-muted">{against(actual, usual)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
