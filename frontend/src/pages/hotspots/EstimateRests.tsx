// What an estimate rests on: the inputs with who told them, and the published factors with their sources.
import type { ReactNode } from "react";
import { number } from "@/lib/format";
import { Badge } from "@/ui/badge";
import type { Explained } from "./Estimate";

export function Inputs({ explained: { inputs } }: { explained: Explained }) {
  if (inputs.length === 0) return null;
  return (
    <Listed title="Inputs">
      {inputs.map(({ name, value, unit, source, counted }) => (
        <li key={name} className="flex flex-wrap items-baseline gap-x-2 py-1">
          <span className="min-w-0 break-words">{name}</span>
          <span className="font-medium break-words">{valueText(value, unit)}</span>
          <span className="ml-auto flex gap-1">
            {!counted && <Badge>not counted</Badge>}
            <Badge tone={source === "stand-in" ? "warn" : "neutral"}>{source}</Badge>
          </span>
        </li>
      ))}
    </Listed>
  );
}

/** A value of any kind as people read it. */
export function valueText(value: unknown, unit: string): string {
  if (value === null || value === undefined) return "not given";
  const told = typeof value === "number" ? number(value, 4) : String(value);
  return unit ? `${told} ${unit}` : told;
}

export function Factors({ explained: { factors } }: { explained: Explained }) {
  if (factors.length === 0) return null;
  return (
    <Listed title="Published factors">
      {factors.map((factor) => (
        <li key={factor.id} className="py-1">
          <div className="font-medium break-words">{factor.id}</div>
          <div className="text-muted">
            {ratesOf(factor)}; {factor.publisher} {factor.year}, {factor.table} ({factor.region}).{" "}
            {/^https?:/.test(factor.url) && (
              <a href={factor.url} target="_blank" rel="noreferrer" className="text-accent underline">
                Source
              </a>
            )}
          </div>
        </li>
      ))}
    </Listed>
  );
}

/** "0.177 direct, 0.0459 upstream kgCO2e/kWh": what of it is told. */
export function ratesOf(factor: Explained["factors"][number]): string {
  const told = (["direct", "upstream", "full_chain", "value"] as const).flatMap((name) => {
    const rate = factor[name];
    return rate === null ? [] : [`${number(rate, 4)}${name === "value" ? "" : ` ${name.replace("_", " ")}`}`];
  });
  return told.length === 0 ? "no rate is told" : `${told.join(", ")} ${factor.unit}`;
}

function Listed({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 text-sm">
      <h3 className="mb-1 font-medium">{title}</h3>
      <ul className="divide-y">{children}</ul>
    </div>
  );
}
