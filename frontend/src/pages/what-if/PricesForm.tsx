// Prices, for the change of cost; one that is left out has no cost.
import { useState } from "react";
import { TextField } from "@/ui/field";
import { PRICES, type Question } from "./question";

const LABELS: Record<(typeof PRICES)[number], string> = {
  electricity_per_kwh: "Electricity, per kWh",
  fuel_per_litre: "Fuel, per litre",
  distance_per_km: "Else, per km",
  carbon_per_tonne: "Carbon, per tonne",
  investment: "Investment, once",
};

interface Given {
  draft: Question;
  set: (part: Partial<Question>) => void;
}

export function PricesForm({ draft: { prices, currency }, set }: Given) {
  // as it begins; from then on it is the reader's
  const [open] = useState(Object.keys(prices).length > 0);
  const put = (name: (typeof PRICES)[number], value: number | null) => {
    const { [name]: _, ...rest } = prices;
    set({ prices: value === null ? rest : { ...rest, [name]: value } });
  };
  return (
    <details className="rounded-lg border bg-surface px-4 py-3" open={open}>
      <summary className="cursor-pointer font-semibold">Prices</summary>
      <div className="mt-3 grid grid-cols-2 gap-3">
        <TextField
          label="Currency"
          maxLength={3}
          value={currency}
          onChange={({ target }) => set({ currency: target.value.toUpperCase() })}
        />
        {PRICES.map((name) => (
          <TextField
            key={name}
            label={LABELS[name]}
            type="number"
            min={0}
            step="any"
            value={prices[name] ?? ""}
            onChange={({ target }) => put(name, target.value === "" ? null : target.valueAsNumber)}
          />
        ))}
      </div>
    </details>
  );
}
