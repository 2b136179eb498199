// How the hotspot of an alert stands now: its worst event and its latest one, and what each figure rests on.
import type { Shape } from "@/api/types";
import { type Basis, basisOf } from "@/ui/figure";

type Hotspot = Pick<Shape<"Hotspot">, "metric" | "event_id" | "predicted_co2" | "baseline_co2" | "peak_at">;
type Event = Pick<
  Shape<"HotspotEvent">,
  "event_id" | "event_time" | "co2e_kg" | "typical_kg" | "tier" | "filled" | "reason"
>;

export interface Told {
  what: string;
  at: string | null;
  kg: number | null;
  typicalKg: number | null;
  /** Null where the hotspot's page has to be asked: the event is not among the newest. */
  basis: Basis | null;
}

const OF_A_DAY: Basis = {
  kind: "estimated",
  reason: "the sum of a day; what each of its events rests on stands on the hotspot's page",
};

/** The worst and the latest; one only where they are the same or no event is known. */
export function figuresOf(hotspot: Hotspot, events: readonly Event[]): Told[] {
  const daily = hotspot.metric === "absolute";
  const itself = events.find(({ event_id }) => event_id === hotspot.event_id);
  const worst: Told = {
    what: daily ? "Worst day" : "Worst event",
    at: hotspot.peak_at,
    kg: hotspot.predicted_co2,
    typicalKg: hotspot.baseline_co2,
    basis: daily ? OF_A_DAY : itself ? basisIn(itself) : null,
  };
  const latest = [...events].sort((a, b) => Date.parse(b.event_time) - Date.parse(a.event_time))[0];
  if (!latest) return [worst];
  if (!daily && latest.event_id === hotspot.event_id) return [{ ...worst, what: "Worst and latest event" }];
  return [
    worst,
    {
      what: "Latest event",
      at: latest.event_time,
      kg: latest.co2e_kg,
      typicalKg: latest.typical_kg,
      basis: basisIn(latest),
    },
  ];
}

function basisIn({ co2e_kg, tier, filled, reason }: Event): Basis {
  return basisOf({ co2_kg: co2e_kg, tier, filled, reason });
}
