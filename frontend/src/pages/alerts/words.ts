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
export function standing({ by_state }: Shape<"AlertStats">): string {
  const told = Object.entries(by_state).filter(([, count]) => count > 0);
  if (told.length === 0) return "No alerts.";
  return `${listed(told.map(([state, count]) => `${count.toLocaleString("en-GB")} ${plain(state)}`))}.`;
}

/** What came of acknowledging several. */
export function acknowledgedWords({ acknowledged, refused }: Shape<"ManyAcknowledged">): string {
  const done = `${plural(acknowledged.length, "alert")} acknowledged.`;
  if (refused.length === 0) return done;
  return `${done} ${plural(refused.length, "could not be", "could not be")}: ${refused
    .map(({ reason }) => reason)
    .join(" ")}`;
}
