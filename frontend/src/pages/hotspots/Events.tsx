// The events in the hotspot's time, beside what was typical for each; a row shows its estimate line by line.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { askPages, moreOf, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { massText, number, percent } from "@/lib/format";
import { against, plural } from "@/lib/sentence";
import { BasisBadge, basisOf, Mass } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import type { Column } from "@/ui/table/columns";
import { DataTable } from "@/ui/table/DataTable";
import { Time } from "@/ui/time";
import { TYPICAL } from "./bases";
import type { Hotspot } from "./words";

interface Event extends Shape<"HotspotEvent"> {
  /** Its part of the excess, 0 to 1; null where it is not among those that contributed most. */
  share: number | null;
}
const route = getRouteApi("/hotspots/$hotspotId");

const columns: Column<Event>[] = [
  {
    id: "time",
    header: "Time",
    value: ({ event_time }) => event_time,
    cell: ({ event_time }) => <Time at={event_time} />,
  },
  {
    id: "activity",
    header: "Activity",
    align: "end",
    value: ({ activity }) => activity,
    cell: ({ activity, activity_unit }) =>
      activity === null ? "–" : `${number(activity)} ${activity_unit ?? ""}`,
  },
  {
    id: "actual",
    header: "Actual kg CO2e",
    align: "end",
    value: ({ co2e_kg }) => co2e_kg,
    cell: (row) => <Actual event={row} />,
  },
  {
    id: "interval",
    header: "95 % interval",
    align: "end",
    value: ({ low_kg, high_kg }) => intervalText(low_kg, high_kg),
    sortable: false,
    wideOnly: true,
  },
  {
    id: "typical",
    header: "Typical kg CO2e",
    align: "end",
    value: ({ typical_kg }) => typical_kg,
    cell: ({ typical_kg }) => <Mass kg={typical_kg} basis={typical_kg === null ? undefined : TYPICAL} />,
  },
  {
    id: "ratio",
    header: "Apart",
    align: "end",
    value: ({ ratio }) => ratio,
    cell: ({ co2e_kg, typical_kg }) =>
      co2e_kg === null || typical_kg === null ? "nothing to compare with" : against(co2e_kg, typical_kg),
  },
  {
    id: "share",
    header: "Of the excess",
    align: "end",
    value: ({ share }) => share,
    cell: ({ share }) => (share === null ? "–" : percent(share * 100)),
  },
];

interface Given {
  hotspot: Hotspot;
  openId: number;
  /** Those that contributed most, from the why-card, once it is there. */
  top: readonly Shape<"TopEvent">[] | undefined;
}

export function Events({ hotspot, openId, top }: Given) {
  const navigate = route.useNavigate();
  const path = { hotspot_id: hotspot.id };
  const query = useInfiniteQuery(askPages("/hotspots/{hotspot_id}/events", { path, query: { limit: 100 } }));
  const rows = useMemo(() => withShares(rowsOf(query.data), top ?? []), [query.data, top]);
  const listed: Asked<Event[]> = { ...query, data: query.data && rows };
  return (
    <Panel
      title="Events behind it"
      query={listed}
      lines={8}
      className="lg:col-span-2"
      isEmpty={(events) => events.length === 0}
      empty={{ words: "All events of its time were taken back since." }}
      partial={(events) => unestimated(events)}
    >
      {() => (
        <>
          <DataTable
            label="Events"
            columns={columns}
            rows={rows}
            rowId={({ event_id }) => String(event_id)}
            openId={String(openId)}
            onOpen={({ event_id }) => void navigate({ search: (now) => ({ ...now, event: event_id }) })}
            maxHeight="20rem"
            more={moreOf(query)}
            pageKeys
          />
          <p className="mt-2 text-sm text-muted">Open an event for its estimate line by line.</p>
        </>
      )}
    </Panel>
  );
}

/** How many of them have no figure; null where all have one. */
export function unestimated(events: readonly Event[]): string | null {
  const without = events.filter(({ co2e_kg }) => co2e_kg === null);
  if (without.length === 0) return null;
  const why = without[0]?.reason;
  return `${plural(without.length, "event")} without an estimate${why ? `: ${why}` : ""}.`;
}

/** The events, each with its part of the excess where that is told. */
export function withShares(
  events: readonly Shape<"HotspotEvent">[],
  top: readonly Shape<"TopEvent">[],
): Event[] {
  const shares = new Map(top.map(({ event_id, share_of_excess }) => [event_id, share_of_excess]));
  return events.map((event) => ({ ...event, share: shares.get(event.event_id) ?? null }));
}

function intervalText(low: number | null, high: number | null): string | null {
  return low === null || high === null ? null : `${massText(low)} to ${massText(high)}`;
}

function Actual({ event: { co2e_kg, tier, filled, reason } }: { event: Event }) {
  const basis = basisOf({ co2_kg: co2e_kg, tier, filled, reason });
  return co2e_kg === null ? <BasisBadge basis={basis} /> : <Mass kg={co2e_kg} basis={basis} />;
}
