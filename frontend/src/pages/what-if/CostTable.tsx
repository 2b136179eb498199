// What the changes cost or save, price by price; a sum that lacks a part is not known.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { money } from "./answer";
import { PlainTable } from "./tables";

type Cost = Shape<"Cost">;

export function CostTable({ cost }: { cost: Cost }) {
  const { currency, parts } = cost;
  const rows = parts.map((each) => ({
    key: each.part,
    cells: [
      each.change === null ? `${label(each.part)}: ${each.reason ?? missing(each)}` : label(each.part),
      each.change === null ? "not known" : money(each.change, currency),
    ],
  }));
  const sum = {
    key: "sum",
    cells: ["Together", cost.change === null ? "not known" : money(cost.change, currency)],
  };
  return (
    <div className="space-y-1">
      <PlainTable title="Cost" head={["Part", "Change"]} rows={[...rows, sum]} />
      <p className="text-sm text-muted">{costInWords(cost)}</p>
    </div>
  );
}

function missing({ known_events, events }: Cost["parts"][number]): string {
  return `the amount is known of ${known_events.toLocaleString("en-GB")} of ${plural(events, "event")}`;
}

export function costInWords({
  per_year,
  per_week,
  investment,
  payback_years,
  reason,
  currency,
}: Cost): string {
  return [
    per_week === null ? null : `${money(per_week, currency)} a week.`,
    per_year === null ? null : `${money(per_year, currency)} a year.`,
    payback_years === null || investment === null
      ? null
      : `${number(investment)} ${currency} pay back in ${number(payback_years)} years.`,
    reason && `${label(reason)}.`,
  ]
    .filter(Boolean)
    .join(" ");
}
