// The columns of the inbox.
import { Badge } from "@/ui/badge";
import { Severity, State } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import { Tip } from "@/ui/tip";
import type { Alert } from "./views";
import { quietReason } from "./words";

const RANKS: Record<string, number> = { critical: 3, warn: 2, info: 1 };

export const COLUMNS: readonly Column<Alert>[] = [
  {
    id: "message",
    header: "Alert",
    value: (alert) => alert.message,
    cell: (alert) => <span className="line-clamp-2">{alert.message}</span>,
  },
  {
    id: "level",
    header: "Level",
    value: (alert) => RANKS[alert.level] ?? 0,
    cell: (alert) => <Severity level={alert.level} />,
  },
  {
    id: "state",
    header: "State",
    value: (alert) => alert.state,
    cell: (alert) => <Standing alert={alert} />,
  },
  {
    id: "assignee",
    header: "Assignee",
    value: (alert) => alert.assignee,
    cell: (alert) => alert.assignee ?? <span className="text-muted">nobody</span>,
  },
  { id: "rule", header: "Rule", value: (alert) => alert.rule, wideOnly: true },
  {
    id: "since",
    header: "Since",
    value: (alert) => alert.created_at,
    cell: (alert) => <Time at={alert.created_at} />,
    align: "end",
  },
];

/** State, and what stands beside it: taken note of, and why nobody is told. */
export function Standing({ alert }: { alert: Alert }) {
  const quiet = quietReason(alert);
  return (
    <span className="flex flex-wrap items-center gap-1">
      <State state={alert.state} />
      {alert.acknowledged && <State state="acknowledged" />}
      {quiet && (
        <Tip words={quiet} describes={false}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason shows on focus too */}
          <span tabIndex={0} className="rounded-sm">
            {alert.silenced_by.length > 0 ? <State state="silenced" /> : <Badge tone="neutral">Quiet</Badge>}
            <span className="sr-only">: {quiet}</span>
          </span>
        </Tip>
      )}
    </span>
  );
}
