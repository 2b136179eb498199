// Alerts: the inbox, and beside it the alert that is open.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ask } from "@/api/ask";
import { useShortcuts } from "@/lib/shortcuts";
import { useLive } from "@/live/useLive";
import { classes } from "@/ui/classes";
import { Segments } from "@/ui/field";
import { Page } from "@/ui/page";
import { AssignDialog } from "./AssignDialog";
import { Detail } from "./Detail";
import { InboxPanel } from "./InboxPanel";
import { SilenceDialog } from "./SilenceDialog";
import { Silences } from "./Silences";
import { useActs } from "./useActs";
import { type Inbox, useInbox } from "./useInbox";
import { type Alert, aboutOf, choicesOf, isFiltered } from "./views";
import { standing } from "./words";

const route = getRouteApi("/alerts");

type Search = Inbox["search"];
type Doing = { what: "assign" | "silence"; alerts: readonly Alert[] };

export function AlertsPage() {
  useLive(["alerts", "hotspots"]);
  const stats = useQuery(ask("/alerts/stats"));
  const inbox = useInbox();
  const { search, selected, rows } = inbox;
  const open = useOpen(search.open, rows);
  const [doing, setDoing] = useState<Doing | null>(null);
  const unselect = () => inbox.selection.onChange(new Set());
  const acts = useActs(unselect);
  // what is selected goes before what is only looked at
  const meant = selected.length > 0 ? selected : open ? [open] : [];
  const begin = (what: Doing["what"], alerts: readonly Alert[]) =>
    alerts.length > 0 && setDoing({ what, alerts });
  useShortcuts([
    { keys: "e", does: "Acknowledge", run: () => acts.acknowledge(meant) },
    { keys: "a", does: "Assign", run: () => begin("assign", meant) },
    { keys: "s", does: "Silence", run: () => begin("silence", meant) },
  ]);
  const close = () => setDoing(null);
  return (
    <Page title="Alerts" about={stats.data && standing(stats.data)}>
      <Views search={search} />
      <div
        className={classes(
          "grid items-start gap-4",
          search.open !== undefined && "lg:grid-cols-[minmax(0,1fr)_24rem]",
        )}
      >
        <div className="min-w-0 space-y-4">
          <InboxPanel
            inbox={inbox}
            acts={acts}
            onAssign={() => begin("assign", selected)}
            onSilence={() => begin("silence", selected)}
          />
          {search.view === "silenced" && <Silences />}
        </div>
        {search.open !== undefined && (
          // on a small screen above the list, where it is seen at once
          <div className="max-lg:order-first">
            <Detail
              id={search.open}
              acts={acts}
              onAssign={() => begin("assign", open ? [open] : [])}
              onSilence={() => begin("silence", open ? [open] : [])}
              onClose={() => inbox.show(undefined)}
            />
          </div>
        )}
      </div>
      {doing?.what === "assign" && <AssignDialog alerts={doing.alerts} acts={acts} onClose={close} />}
      {doing?.what === "silence" && <SilenceDialog alerts={doing.alerts} onClose={close} onDone={unselect} />}
    </Page>
  );
}

/** The views with their counts; where the list is narrowed, so are they. */
function Views({ search }: { search: Search }) {
  const navigate = route.useNavigate();
  const counts = useQuery(
    isFiltered(search) ? ask("/alerts/stats", { query: aboutOf(search) }) : ask("/alerts/stats"),
  );
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the one that is chosen is seen
  useEffect(() => {
    box.current?.querySelector(":checked")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [search.view, counts.data]);
  return (
    <div ref={box} className="mb-2">
      <Segments
        label="View"
        value={search.view}
        onValue={(view) => void navigate({ search: (now) => ({ ...now, view, open: undefined }) })}
        options={choicesOf(counts.data)}
      />
    </div>
  );
}

/** The open alert: of the list where it is there, else as the engine answers; an address may name any. */
function useOpen(id: number | undefined, rows: readonly Alert[]): Alert | undefined {
  const asked = useQuery({
    ...ask("/alerts/{alert_id}", { path: { alert_id: id ?? 0 } }),
    enabled: id !== undefined,
  });
  return asked.data ?? rows.find((alert) => alert.id === id);
}
