// The entity's days against what is usual of it.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { LineChart } from "@/charts/LineChart";
import { Segments } from "@/ui/field";
import { type Asked, Panel } from "@/ui/panel";
import { bandOf, inWords, missing } from "./band";
import type { Hotspot } from "./words";

type History = { baseline: Shape<"Baseline"> | null; days: Shape<"BaselineDay">[] };

const route = getRouteApi("/hotspots/$hotspotId");
const SPANS = [
  { value: "14", label: "14 days" },
  { value: "28", label: "28 days" },
  { value: "90", label: "90 days" },
] as const;
/** As high as what stands beside it on a wide screen. */
const BESIDE_PARTS = 340;
type Span = (typeof SPANS)[number]["value"];

export function BandChart({ hotspot }: { hotspot: Hotspot }) {
  const { days } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useHistory(hotspot, days);
  return (
    <Panel
      title="Against what is usual"
      query={query}
      lines={8}
      actions={
        <Segments<Span>
          label="Days"
          value={String(days) as Span}
          options={SPANS}
          onValue={(span) => void navigate({ search: (now) => ({ ...now, days: Number(span) }) })}
        />
      }
      isEmpty={({ baseline, days }) => baseline === null || days.every(({ observed }) => observed === null)}
      empty={{ words: "What is usual of it is not known any more, or nothing was observed on these days." }}
      partial={({ baseline, days }) =>
        baseline?.reason ?? (baseline && missing(bandOf(baseline, days), hotspot, days[0]?.day))
      }
    >
      {({ baseline, days }) => baseline && <Band baseline={baseline} days={days} />}
    </Panel>
  );
}

/** Its typical value first, then that value's days: two questions, one after the other, as one. */
function useHistory({ entity, event_type, metric }: Hotspot, days: number): Asked<History> {
  const of = metric === "absolute" ? "absolute" : "intensity";
  const found = useQuery(ask("/baselines", { query: { entity, event_type, metric: of, limit: 1 } }));
  const baseline = found.data?.[0] ?? null;
  const history = useQuery({
    ...ask("/baselines/{baseline_id}/history", {
      path: { baseline_id: baseline?.id ?? 0 },
      query: { days },
    }),
    enabled: baseline !== null,
  });
  const none = found.data !== undefined && baseline === null;
  return {
    data: none ? { baseline, days: [] } : history.data && { baseline, days: history.data },
    isPending: found.isPending || (baseline !== null && history.isPending),
    error: found.error ?? history.error,
    dataUpdatedAt: none ? found.dataUpdatedAt : history.dataUpdatedAt,
    refetch: () => (found.error ? found.refetch() : history.refetch()),
  };
}

function Band({ baseline, days }: { baseline: Shape<"Baseline">; days: History["days"] }) {
  const band = bandOf(baseline, days);
  return (
    <LineChart
      title="Days against the usual range"
      sentence={inWords(band)}
      unit={band.unit}
      height={BESIDE_PARTS}
      axis={{ label: "Day (UTC)", ticks: band.ticks, names: band.names }}
      series={[
        { label: "Observed", values: band.observed },
        { label: "Typical", values: band.typical, dashed: true },
      ]}
      band={{ label: "Usual range", low: band.low, high: band.high }}
    />
  );
}
