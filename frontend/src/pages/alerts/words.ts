// What is said of an alert: why it is quiet, what happened to it, how all of them stand.
import type { Shape } from "@/api/types";
import { label, listed, plural } from "@/lib/sentence";
import type { Alert } from "./views";

type Quietness = Pick<Alert, "silenced_by" | "inhibited_by" | "muted_by">;
type Event = Shape<"AlertEvent">;

/** Why nobody is told; null where somebody is. */
export function quietReason({ silenced_by, inhibited_by, muted_by }: Quietness): string | null {
  const reasons = [
    named("silenced by silence", silenced_by),
    named("waits for alert", inhibited_by),
    named("muted by", muted_by),
  ].filter((words) => words !== null);
  return reasons.length ? `Nobody is told: ${listed(reasons)}.` : null;
}

function named(how: string, by: readonly (string | number)[]): string | null {
  return by.length ? `${how} ${listed(by.map(String))}` : null;
}

/** One line of the timeline, without its reason. */
export function happened({ action, before, after }: Event): string {
  if (action === "comment") return "Comment";
  if (action === "assigned") return after ? `Assigned to ${after}` : "Assigned to nobody";
  if (action === "acknowledged") return "Acknowledged";
  if (action === "unacknowledged") return "Acknowledgement taken back";
  if (action === "silenced" && after) return `Silenced by silence ${after}`;
  const name = label(action);
  if (before && after) return `${name}: ${plain(before)} → ${plain(after)}`;
  if (after) return `${name}: ${plain(after)}`;
  return before ? `${name}: no longer ${plain(before)}` : name;
}

function plain(word: string): string {
  return word.replaceAll("_", " ");
}

/** "2 firing, 1 pending, 14 resolved": only what there is. */
export function standing({ by_state }: Pick<Shape<"AlertStats">, "by_state">): string {
  const told = Object.entries(by_state).filter(([, count]) => count > 0);
  if (told.length === 0) return "No alerts.";
  return `${listed(told.map(([state, count]) => `${count.toLocaleString("en-GB")} ${plain(state)}`))}.`;
}

/** What came of acknowledging several. */
export function acknowledgedWords({ acknowledged, refused }: Shape<"ManyAcknowledged">): string {
  return outcome(acknowledged.length, "acknowledged", refused);
}

/** What came of giving several to somebody. */
export function assignedWords({ assigned, refused }: Shape<"AssignedTogether">): string {
  return outcome(assigned.length, "assigned", refused);
}

function outcome(done: number, how: string, refused: readonly Shape<"AlertLeft">[]): string {
  const told = `${plural(done, "alert")} ${how}.`;
  if (refused.length === 0) return told;
  const reasons = refused.map(({ reason }) => reason).join(" ");
  return `${told} ${plural(refused.length, "could not be", "could not be")}: ${reasons}`;
}

/** Of when the numbers of its message are; null where it is about no hotspot, whose numbers go on changing. */
export function toldWhen({ hotspot_id }: Pick<Alert, "hotspot_id">): string | null {
  return hotspot_id === null ? null : "Its worst event when its level or state last changed.";
}

/** Why its state is what it is; null where that is said already. */
export function because(alert: Alert): string | null {
  const { hotspot_id, state, state_reason, message } = alert;
  if (state_reason === "" || state_reason === message || isOneEvent(alert)) return null;
  const began = hotspot_id !== null && state === "firing" ? " (the event it began to fire with)" : "";
  return `${state_reason}${began}`;
}

/** Whether message and reason tell the same two figures: actual and typical. */
function isOneEvent({ message, state_reason }: Alert): boolean {
  const told = [message, state_reason].map((words) => words.match(FIGURES)?.slice(1).join(" "));
  return told[0] !== undefined && told[0] === told[1];
}
const FIGURES = /(\S+) kg CO2e (?:against|where) (\S+) kg (?:is )?typical/;
