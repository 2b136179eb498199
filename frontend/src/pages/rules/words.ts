// A rule in a line.
import { massText, percent } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { type Policy, type Rule, readPolicy } from "./policy";

export function watched({ match = [] }: Pick<Rule, "match">): string {
  return match.length ? match.join(", ") : "everything";
}

/** When it speaks. */
export function speaks(rule: Rule): string {
  switch (rule.kind) {
    case "hotspot":
      return hotspotWords(rule);
    case "missing_data":
      return "silent for longer than its own rhythm";
    case "data_quality":
      return `score below ${rule.min_score}`;
    case "budget":
      return rule.budget
        ? `${massText(rule.budget.amount_kg)} a ${rule.budget.period}, warns from ${percent(rule.budget.warn_share * 100)}`
        : "no budget is told";
    case "forecast":
      return rule.forecast ? forecastWords(rule.forecast) : "nothing is told";
  }
}

function hotspotWords({ policy }: Rule): string {
  if (!policy) return "as the default rule says";
  const read = readPolicy(policy);
  return read ? policyWords(read) : "by a policy that this page cannot read";
}

export function policyWords({ kind, info, warn, critical, min_excess_kg }: Policy): string {
  const least = min_excess_kg > 0 ? `, from ${massText(min_excess_kg)} on` : "";
  return `${kind}: info ${info}, warn ${warn}, critical ${critical} × typical${least}`;
}

function forecastWords({ against, chance, within_days, ratio }: NonNullable<Rule["forecast"]>): string {
  const what = against === "target" ? "target is passed" : `more than ${ratio ?? 1.25} × typical`;
  return `${what} within ${plural(within_days, "day")}, chance ${percent(chance * 100)}`;
}
