// One alert beside the list: what it says, how it stands, what can be done, and its timeline.
import { useQuery } from "@tanstack/react-query";
import { BellOff, Check, Undo2, UserRound, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { ask } from "@/api/ask";
import { Button, IconButton } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Severity } from "@/ui/severity";
import { Standing } from "./columns";
import { Facts } from "./Facts";
import { HotspotNow } from "./HotspotNow";
import { Timeline } from "./Timeline";
import type { Acts } from "./useActs";
import type { Alert } from "./views";
import { toldWhen } from "./words";

interface Given {
  id: number;
  acts: Acts;
  onAssign: () => void;
  onSilence: () => void;
  onClose: () => void;
}

export function Detail({ id, onClose, ...does }: Given) {
  const query = useQuery(ask("/alerts/{alert_id}", { path: { alert_id: id } }));
  const top = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another alert is shown from its beginning
  useEffect(() => top.current?.scrollIntoView?.({ block: "nearest" }), [id]);
  return (
    <div ref={top} className="min-w-0 scroll-mt-4 space-y-4">
      <Panel
        title={`Alert ${id}`}
        query={query}
        actions={<IconButton icon={X} label="Close the alert" onClick={onClose} />}
      >
        {(alert) => <About alert={alert} {...does} />}
      </Panel>
      {query.data?.hotspot_id != null && <HotspotNow id={query.data.hotspot_id} />}
      <Timeline key={id} id={id} />
    </div>
  );
}

function About({ alert, acts, onAssign, onSilence }: Omit<Given, "id" | "onClose"> & { alert: Alert }) {
  const over = alert.state === "resolved";
  const when = toldWhen(alert);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-1">
        <Severity level={alert.level} />
        <Standing alert={alert} />
      </div>
      <div>
        <p className="font-medium">{alert.message}</p>
        {when && <p className="text-sm text-muted">{when}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        {alert.acknowledged ? (
          <Button icon={Undo2} disabled={over} busy={acts.busy} onClick={() => acts.takeBack(alert)}>
            Take back
          </Button>
        ) : (
          <Button
            icon={Check}
            look="solid"
            disabled={over}
            busy={acts.busy}
            onClick={() => acts.acknowledge([alert])}
          >
            Acknowledge
          </Button>
        )}
        <Button icon={UserRound} disabled={over} onClick={onAssign}>
          Assign
        </Button>
        <Button icon={BellOff} onClick={onSilence}>
          Silence
        </Button>
      </div>
      {over && <p className="text-sm text-muted">It is over; comments can still be written.</p>}
      <Facts alert={alert} />
    </div>
  );
}
