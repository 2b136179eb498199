// What is known of an alert: times, who, what it is about, why it is quiet.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { absolute } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { Time } from "@/ui/time";
import type { Alert } from "./views";
import { because, quietReason } from "./words";

const LINK = "text-accent underline";

export function Facts({ alert }: { alert: Alert }) {
  const quiet = quietReason(alert);
  const reason = because(alert);
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      <Fact name={`${label(alert.state)} since`}>
        <Time at={alert.state_since} />
      </Fact>
      {reason && <Fact name="Because">{reason}</Fact>}
      <Fact name="Began">
        <Time at={alert.created_at} />
      </Fact>
      <Fact name="Fired">
        <Time at={alert.fired_at} missing="not yet" />
      </Fact>
      {alert.resolved_at && <Fact name="Resolved">{absolute(new Date(alert.resolved_at))}</Fact>}
      <Fact name="Assignee">{alert.assignee ?? <span className="text-muted">nobody</span>}</Fact>
      {alert.acknowledged && (
        <Fact name="Acknowledged">
          <Time at={alert.acknowledged_at} missing="at a time not known" /> by{" "}
          <span className="break-all">{alert.acknowledged_by ?? "somebody not known"}</span>
        </Fact>
      )}
      <Fact name="Rule">
        <Link to="/rules" search={{ open: alert.rule }} className={LINK}>
          {alert.rule}
        </Link>
      </Fact>
      {alert.entity && (
        <Fact name="Entity">
          <Link to="/hotspots" search={{ entity: alert.entity }} className={LINK}>
            {alert.entity}
          </Link>
        </Fact>
      )}
      {quiet && <Fact name="Quiet">{quiet}</Fact>}
      {alert.inhibited_by.length > 0 && (
        <Fact name="Waits for">
          {alert.inhibited_by.map((id) => (
            <Link
              key={id}
              from="/alerts"
              to="/alerts"
              search={(now) => ({ ...now, open: id })}
              className={LINK}
            >
              Alert {id}
            </Link>
          ))}
        </Fact>
      )}
      {alert.runbook_url && /^https?:/i.test(alert.runbook_url) && (
        <Fact name="Runbook">
          <a href={alert.runbook_url} target="_blank" rel="noreferrer" className={`${LINK} break-all`}>
            {alert.runbook_url}
          </a>
        </Fact>
      )}
      <Fact name="Labels">
        <span className="flex flex-wrap gap-1">
          {Object.entries(alert.labels).map(([name, value]) => (
            <Badge key={name} tone="neutral">
              {name} = {value}
            </Badge>
          ))}
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
