// The views of the inbox: what each asks the engine, how many it has, and what it says when empty.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";
import { label } from "@/lib/sentence";

export type Alert = Shape<"Alert">;

export const VIEWS = [
  "open",
  "firing",
  "pending",
  "acknowledged",
  "recovering",
  "no_data",
  "silenced",
  "resolved",
  "all",
] as const;
export type View = (typeof VIEWS)[number];
export const LEVELS = ["all", "critical", "warn", "info"] as const;

export interface Filters {
  view: View;
  level: (typeof LEVELS)[number];
  rule: string;
  entity: string;
  assignee: string;
}

export const NOTHING: Record<View, string> = {
  open: "No alert is open: nothing that is watched needs anybody.",
  firing: "No alert fires that nobody has taken note of.",
  pending: "No alert waits for its condition to hold.",
  acknowledged: "No open alert is acknowledged.",
  recovering: "No alert is recovering.",
  no_data: "No alert has lost its reports.",
  silenced: "No alert is silenced.",
  resolved: "No alert has been resolved yet.",
  all: "There has been no alert yet.",
};

/** What is asked of GET /alerts. */
export function queryOf(filters: Filters) {
  return { limit: 100, ...aboutOf(filters), ...ASKED[filters.view] };
}

/** What is asked of the list in every view, and of the counts: which alerts they are about. */
export function aboutOf({ level, rule, entity, assignee }: Filters) {
  return {
    ...(level === "all" ? {} : { level }),
    ...(rule && { rule }),
    ...(entity && { entity }),
    ...(assignee && { assignee }),
  };
}

const ASKED = {
  open: { open: true },
  firing: { state: "firing", acknowledged: false, silenced: false },
  pending: { state: "pending" },
  acknowledged: { open: true, acknowledged: true },
  recovering: { state: "recovering" },
  no_data: { state: "no_data" },
  silenced: { open: true, silenced: true },
  resolved: { state: "resolved" },
  all: {},
} as const satisfies Record<View, object>;

/** The views with how many alerts each has, once that is known. */
export function choicesOf(stats: Shape<"AlertStats"> | undefined): { value: View; label: string }[] {
  return VIEWS.map((value) => {
    const count = value === "all" ? stats?.total : stats?.inbox[value];
    return { value, label: count === undefined ? label(value) : `${label(value)} ${number(count)}` };
  });
}

export function isFiltered(filters: Filters): boolean {
  return Object.keys(aboutOf(filters)).length > 0;
}
