// Whether the chain of hashes holds: the database computes every hash again, so it is asked for once and by hand.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Link2Off, RotateCw, ShieldCheck } from "lucide-react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { label, plural } from "@/lib/sentence";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

type Verdict = Shape<"AuditVerdict">;
const route = getRouteApi("/audit");

export function Chain() {
  // of a million entries it takes ten seconds: not with every look at the page, nor on a timer
  const verdict = useQuery({
    ...ask("/audit/verify"),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  return (
    <Panel
      title="Chain"
      query={verdict}
      lines={2}
      isEmpty={({ entries, broken }) => entries === 0 && broken === null}
      empty={{ words: "There is no entry yet." }}
      actions={
        <Button icon={RotateCw} busy={verdict.isFetching} onClick={() => void verdict.refetch()}>
          Verify again
        </Button>
      }
    >
      {(data) => (
        <div className="space-y-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {data.intact ? (
              <Badge tone="good" icon={ShieldCheck}>
                intact
              </Badge>
            ) : (
              <Badge tone="critical" icon={Link2Off}>
                broken
              </Badge>
            )}
            <span>{plural(data.entries, "entry", "entries")}</span>
            <span className="text-sm text-muted">
              verified <Time at={new Date(verdict.dataUpdatedAt)} />
            </span>
          </div>
          {data.head && (
            <p className="text-sm text-muted">
              Ends at position {data.head.position.toLocaleString("en-GB")} with{" "}
              <code className="break-all">{data.head.hash}</code>
            </p>
          )}
          {data.broken && <Broken broken={data.broken} />}
        </div>
      )}
    </Panel>
  );
}

function Broken({ broken }: { broken: NonNullable<Verdict["broken"]> }) {
  const navigate = route.useNavigate();
  const { problem, position, audit_id, action, detail } = broken;
  return (
    <div role="alert" className="rounded-md border border-critical/40 bg-critical-soft p-3">
      <p className="font-medium text-critical">
        First broken place: {label(problem).toLowerCase()}
        {position !== null && ` at position ${position.toLocaleString("en-GB")}`}
        {action && ` (${action})`}
      </p>
      <p>{detail}</p>
      {audit_id !== null && (
        <Button
          className="mt-2"
          onClick={() => void navigate({ search: (now) => ({ ...now, open: audit_id }) })}
        >
          Entry {audit_id}
        </Button>
      )}
    </div>
  );
}
