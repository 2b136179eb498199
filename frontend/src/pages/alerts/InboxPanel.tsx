// The list of the inbox: filters, what is selected and what can be done with all of it at once.

import { getRouteApi } from "@tanstack/react-router";
import { BellOff, Check, UserRound } from "lucide-react";
import type { KeyboardEvent } from "react";
import { moreOf } from "@/api/ask";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { sortText } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { COLUMNS } from "./columns";
import { FilterBar } from "./FilterBar";
import type { Acts } from "./useActs";
import { type Inbox, useMoves } from "./useInbox";
import { type Alert, isFiltered, NOTHING } from "./views";

const route = getRouteApi("/alerts");
const rowId = (alert: Alert) => String(alert.id);

interface Given {
  inbox: Inbox;
  acts: Acts;
  onAssign: () => void;
  onSilence: () => void;
}

export function InboxPanel({ inbox, ...does }: Given) {
  const { search, query, rows, selected } = inbox;
  return (
    <Panel
      title="Inbox"
      query={query}
      lines={10}
      actions={selected.length > 0 && <Several {...does} alerts={selected} />}
    >
      {() => (
        <>
          <List inbox={inbox} />
          {rows.length === 0 && (
            <p className="py-4 text-center text-muted">
              {isFiltered(search) ? "No alert of this view meets the filters." : NOTHING[search.view]}
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function List({ inbox }: { inbox: Inbox }) {
  const navigate = route.useNavigate();
  const { search, query, rows, held, order, selection, show } = inbox;
  const moves = useMoves(inbox);
  // before the table's own: there a key moves a mark of the table, here it moves what is open
  const onKeyDownCapture = (event: KeyboardEvent<HTMLElement>) => {
    const onTable = event.target instanceof HTMLElement && event.target.ariaLabel === "Alerts";
    const run = moves.get(event.key);
    if (!onTable || !run || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <div onKeyDownCapture={onKeyDownCapture}>
      <DataTable
        label="Alerts"
        columns={COLUMNS}
        rows={rows}
        rowId={rowId}
        onOpen={show}
        openId={search.open === undefined ? undefined : String(search.open)}
        sort={order}
        onSort={(sort) => void navigate({ search: (now) => ({ ...now, sort: sortText(sort) }) })}
        selection={selection}
        waiting={held}
        filters={<FilterBar />}
        more={moreOf(query)}
      />
    </div>
  );
}

function Several({ alerts, acts, onAssign, onSilence }: Omit<Given, "inbox"> & { alerts: readonly Alert[] }) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-1">
      <span className="text-sm text-muted">{alerts.length} selected</span>
      <Button icon={Check} busy={acts.busy} onClick={() => acts.acknowledge(alerts)}>
        Acknowledge
      </Button>
      <Button icon={UserRound} onClick={onAssign}>
        Assign
      </Button>
      <Button icon={BellOff} onClick={onSilence}>
        Silence
      </Button>
    </div>
  );
}
