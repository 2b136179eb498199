// The views of the inbox: what each asks the engine, what it leaves out of the answer, and what it says when empty.
import type { Shape } from "@/api/types";

export type Alert = Shape<"Alert">;

export const VIEWS = [
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

export const VIEW_NAMES = [
  { value: "firing", label: "Firing" },
  { value: "pending", label: "Pending" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "recovering", label: "Recovering" },
  { value: "no_data", label: "No data" },
  { value: "silenced", label: "Silenced" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All" },
] as const satisfies readonly { value: View; label: string }[];

export const NOTHING: Record<View, string> = {
  firing: "No alert fires that nobody has taken note of.",
  pending: "No alert waits for its condition to hold.",
  acknowledged: "No alert that fires is acknowledged.",
  recovering: "No alert is recovering.",
  no_data: "No alert has lost its reports.",
  silenced: "No alert is silenced.",
  resolved: "No alert has been resolved yet.",
  all: "There has been no alert yet.",
};

/** What is asked of GET /alerts. */
export function queryOf({ view, level, rule, entity, assignee }: Filters) {
  return {
    limit: 100,
    ...(level === "all" ? {} : { level }),
    ...(rule && { rule }),
    ...(entity && { entity }),
    ...(assignee && { assignee }),
    ...asked(view),
  };
}

function asked(view: View) {
  switch (view) {
    case "firing":
      return { state: "firing", silenced: false } as const;
    // the engine has no filter for it; of the states, firing is the one that is taken note of
    case "acknowledged":
      return { state: "firing" } as const;
    case "silenced":
      return { silenced: true } as const;
    case "all":
      return {};
    default:
      return { state: view } as const;
  }
}

/** Whether the view looks at acknowledgement, which is sorted out here and not by the engine. */
export function sortsOut(view: View): boolean {
  return view === "firing" || view === "acknowledged";
}

export function inView(rows: readonly Alert[], view: View): Alert[] {
  if (!sortsOut(view)) return [...rows];
  return rows.filter(({ acknowledged }) => acknowledged === (view === "acknowledged"));
}

export function isFiltered({ level, rule, entity, assignee }: Filters): boolean {
  return level !== "all" || [rule, entity, assignee].some((words) => words !== "");
}
