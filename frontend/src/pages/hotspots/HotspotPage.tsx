// One hotspot: why it stands out, what it is made of, the events and estimates behind it, and what can be done.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { label } from "@/lib/sentence";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { type Asked, Panel } from "@/ui/panel";
import { Actions } from "./Actions";
import { BandChart } from "./BandChart";
import { Diagnosis } from "./Diagnosis";
import { Estimate } from "./Estimate";
import { Events } from "./Events";
import { Parts } from "./Parts";
import { Proposals } from "./Proposals";
import { Similar } from "./Similar";
import { Why } from "./Why";
import type { Hotspot } from "./words";

const route = getRouteApi("/hotspots/$hotspotId");

export function HotspotPage() {
  useLive(["hotspots", "recommendations"]);
  const { hotspotId } = route.useParams();
  const query = useQuery(ask("/hotspots/{hotspot_id}", { path: { hotspot_id: Number(hotspotId) } }));
  const hotspot = query.data;
  if (hotspot === undefined) {
    return (
      <Page title="Hotspot">
        <Panel title="Why it stands out" query={query} lines={8}>
          {() => null}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={hotspot.entity}
      about={`${label(hotspot.entity_type)} · ${hotspot.event_type} · hotspot ${hotspot.id}`}
      actions={<Actions hotspot={hotspot} />}
    >
      <Panels key={hotspot.id} hotspot={hotspot} query={query} />
    </Page>
  );
}

function Panels({ hotspot, query }: { hotspot: Hotspot; query: Asked<Hotspot> }) {
  const { event } = route.useSearch();
  const path = { hotspot_id: hotspot.id };
  const why = useQuery(ask("/hotspots/{hotspot_id}/explain", { path }));
  const worst = useQuery(
    ask("/predictions/{prediction_id}/explain", { path: { prediction_id: hotspot.event_id } }),
  );
  return (
    <div className="grid min-w-0 gap-4 lg:grid-cols-2">
      <Why query={why} hotspot={query} worst={worst.data} />
      <Parts query={why} />
      <BandChart hotspot={hotspot} />
      <Events hotspot={hotspot} openId={event ?? hotspot.event_id} top={why.data?.top_events} />
      <Estimate
        eventId={event ?? hotspot.event_id}
        isWorst={(event ?? hotspot.event_id) === hotspot.event_id}
      />
      <Diagnosis hotspotId={hotspot.id} />
      <Proposals hotspotId={hotspot.id} />
      <Similar query={why} />
    </div>
  );
}
