// A rule as a form holds it, in texts, and as the engine takes it. What is left empty is left to the engine.
import type { Shape } from "@/api/types";
import { type Policy, type Rule, readPolicy } from "./policy";

export type Facts = Shape<"RuleFacts">;
export const KINDS = ["hotspot", "missing_data", "data_quality", "budget", "forecast"] as const;

export interface PolicyDraft {
  kind: "adaptive" | "ratio";
  info: string;
  warn: string;
  critical: string;
  alarms: string;
  clear: string;
  keep: string;
  excess: string;
}

export interface Draft {
  name: string;
  kind: (typeof KINDS)[number];
  enabled: boolean;
  match: string;
  for: string;
  keep: string;
  repeat: string;
  group: string;
  receivers: string;
  runbook: string;
  /** Of kind hotspot: a policy of its own, or the default rule's. */
  own: boolean;
  policy: PolicyDraft;
  inhibit: string;
  equal: string;
  minScore: string;
  amount: string;
  period: "day" | "week" | "month";
  share: string;
  against: "typical" | "target";
  chance: string;
  days: string;
  ratio: string;
}

export const NEW: Draft = {
  name: "",
  kind: "hotspot",
  enabled: true,
  match: "",
  for: "0 s",
  keep: "0 s",
  repeat: "12 h",
  group: "",
  receivers: "",
  runbook: "",
  own: false,
  policy: policyDraft(null),
  inhibit: "",
  equal: "",
  minScore: "",
  amount: "",
  period: "month",
  share: "0.8",
  against: "target",
  chance: "0.8",
  days: "7",
  ratio: "",
};

export function draftOf(rule: Rule): Draft {
  const { budget, forecast, inhibited_by } = rule;
  return {
    ...NEW,
    name: rule.name,
    kind: rule.kind,
    enabled: rule.enabled,
    match: (rule.match ?? []).join("\n"),
    for: String(rule.for),
    keep: String(rule.keep_firing_for),
    repeat: String(rule.repeat_interval),
    group: (rule.group_by ?? []).join(", "),
    receivers: (rule.receivers ?? []).join(", "),
    runbook: rule.runbook_url ?? "",
    own: Boolean(rule.policy),
    policy: policyDraft(readPolicy(rule.policy)),
    inhibit: (inhibited_by?.match ?? []).join("\n"),
    equal: (inhibited_by?.equal ?? []).join(", "),
    minScore: written(rule.min_score),
    ...(budget && {
      amount: written(budget.amount_kg),
      period: budget.period,
      share: written(budget.warn_share),
    }),
    ...(forecast && {
      against: forecast.against,
      chance: written(forecast.chance),
      days: written(forecast.within_days),
      ratio: written(forecast.ratio),
    }),
  };
}

/** What is stored. Overrides are no part of the form: they stay as they are. */
export function factsOf(draft: Draft, overrides: Facts["overrides"] = {}): Facts {
  return {
    kind: draft.kind,
    enabled: draft.enabled,
    match: parts(draft.match, "\n"),
    for: draft.for.trim() || "0 s",
    keep_firing_for: draft.keep.trim() || "0 s",
    repeat_interval: draft.repeat.trim() || "12 h",
    group_by: parts(draft.group, ",") as Facts["group_by"],
    receivers: parts(draft.receivers, ","),
    runbook_url: draft.runbook.trim() || null,
    inhibited_by: draft.inhibit.trim()
      ? { match: parts(draft.inhibit, "\n"), equal: parts(draft.equal, ",") as Facts["group_by"] }
      : null,
    ...ofKind(draft, overrides),
  };
}

function ofKind(draft: Draft, overrides: Facts["overrides"]): Partial<Facts> {
  switch (draft.kind) {
    case "hotspot":
      return { policy: draft.own ? policyFacts(draft.policy) : null, overrides };
    case "data_quality":
      return { min_score: amountOf(draft.minScore) ?? null };
    case "budget":
      return {
        budget: {
          // no amount is sent as null: the engine says that it is needed
          amount_kg: amountOf(draft.amount) ?? Number.NaN,
          period: draft.period,
          warn_share: amountOf(draft.share) ?? 0.8,
        },
      };
    case "forecast":
      return {
        forecast: {
          against: draft.against,
          chance: amountOf(draft.chance) ?? 0.8,
          within_days: amountOf(draft.days) ?? 7,
          ratio: draft.against === "typical" ? (amountOf(draft.ratio) ?? null) : null,
        },
      };
    default:
      return {};
  }
}

function policyDraft(policy: Policy | null): PolicyDraft {
  return {
    kind: policy?.kind ?? "adaptive",
    info: written(policy?.info),
    warn: written(policy?.warn),
    critical: written(policy?.critical),
    alarms: written(policy?.false_alarms_per_entity_week),
    clear: written(policy?.clear_ratio),
    keep: written(policy?.keep_firing_for),
    excess: written(policy?.min_excess_kg),
  };
}

function policyFacts(draft: PolicyDraft): Facts["policy"] {
  const given = {
    info: amountOf(draft.info),
    warn: amountOf(draft.warn),
    critical: amountOf(draft.critical),
    false_alarms_per_entity_week: amountOf(draft.alarms),
    clear_ratio: amountOf(draft.clear),
    keep_firing_for: draft.keep.trim() || undefined,
    min_excess_kg: amountOf(draft.excess),
  };
  return { kind: draft.kind, ...given };
}

function amountOf(text: string): number | undefined {
  return text.trim() === "" ? undefined : Number(text);
}

function written(value: string | number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

function parts(text: string, between: string): string[] {
  return text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
