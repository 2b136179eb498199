// The policy that is tried: the rule's own with what the sliders change, as the address carries it.
import type { Shape } from "@/api/types";

export type Rule = Shape<"RuleAnswer">;

/** A policy with all its keys, as the engine stores it; its description of the API leaves open which there are. */
export interface Policy {
  kind: "adaptive" | "ratio";
  info: number;
  warn: number;
  critical: number;
  false_alarms_per_entity_week: number;
  clear_ratio: number;
  keep_firing_for: string;
  min_excess_kg: number;
}

/** What the address says of a policy. */
export interface Tried {
  kind: "" | "adaptive" | "ratio";
  info: number;
  warn: number;
  critical: number;
  alarms: number;
  excess: number;
}

export const AS_IT_IS: Tried = { kind: "", info: 0, warn: 0, critical: 0, alarms: 0, excess: -1 };

/** How often a week chance may raise an alarm: steps of a slider, about equal in what they change. */
export const ALARM_STEPS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Rules without a policy of their own follow the default rule. */
export function policyOf(rule: Rule, rules: readonly Rule[]): Policy | null {
  return readPolicy(rule.policy ?? rules.find(({ name }) => name === "default")?.policy);
}

/** Null where a key is missing, or is not what it should be. */
export function readPolicy(raw: Shape<"PolicySpec-Output"> | null | undefined): Policy | null {
  if (!raw) return null;
  const { kind, keep_firing_for, info, warn, critical, clear_ratio, min_excess_kg } = raw;
  const { false_alarms_per_entity_week } = raw;
  const numbers = { info, warn, critical, false_alarms_per_entity_week, clear_ratio, min_excess_kg };
  if (kind !== "adaptive" && kind !== "ratio") return null;
  if (!allNumbers(numbers)) return null;
  return { kind, keep_firing_for: String(keep_firing_for), ...numbers };
}

function allNumbers<K extends string>(values: Record<K, unknown>): values is Record<K, number> {
  return Object.values(values).every((value) => typeof value === "number");
}

export function triedPolicy(own: Policy, tried: Tried): Policy {
  return inOrder({
    ...own,
    kind: tried.kind || own.kind,
    info: tried.info || own.info,
    warn: tried.warn || own.warn,
    critical: tried.critical || own.critical,
    false_alarms_per_entity_week: tried.alarms || own.false_alarms_per_entity_week,
    min_excess_kg: tried.excess < 0 ? own.min_excess_kg : tried.excess,
  });
}

/** Levels stay in order: one that passes its neighbour takes it along. */
export function moved(policy: Policy, level: "info" | "warn" | "critical", to: number): Policy {
  const next = { ...policy, [level]: to };
  if (level === "critical") next.warn = Math.min(next.warn, to);
  if (level !== "info") next.info = Math.min(next.info, next.warn);
  return inOrder(next);
}

function inOrder(policy: Policy): Policy {
  const warn = Math.max(policy.warn, policy.info);
  return {
    ...policy,
    warn,
    critical: Math.max(policy.critical, warn),
    clear_ratio: Math.min(policy.clear_ratio, policy.info),
  };
}

/** A policy for the address: what is the rule's own is left out. */
export function asTried(own: Policy, policy: Policy): Tried {
  const alarms = policy.false_alarms_per_entity_week;
  return {
    kind: policy.kind === own.kind ? "" : policy.kind,
    info: policy.info === own.info ? 0 : policy.info,
    warn: policy.warn === own.warn ? 0 : policy.warn,
    critical: policy.critical === own.critical ? 0 : policy.critical,
    alarms: alarms === own.false_alarms_per_entity_week ? 0 : alarms,
    excess: policy.min_excess_kg === own.min_excess_kg ? -1 : policy.min_excess_kg,
  };
}

/** The step of the slider that is nearest, by ratio. */
export function stepOf(alarms: number): number {
  const away = (step: number) => Math.abs(Math.log(step / alarms));
  return ALARM_STEPS.reduce(
    (best, step, at) => (away(step) < away(ALARM_STEPS[best] ?? step) ? at : best),
    0,
  );
}

/** The only metric that a rule with these conditions watches; null where it may be either. */
export function metricOf(match: readonly string[]): "intensity" | "absolute" | null {
  const [only] = match.flatMap(
    (condition) => /^\s*metric\s*=\s*(intensity|absolute)\s*$/.exec(condition)?.[1] ?? [],
  );
  return only === "intensity" || only === "absolute" ? only : null;
}
