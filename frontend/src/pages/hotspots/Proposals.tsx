// What is recommended for it, and where nothing is, why.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { massText } from "@/lib/format";
import { Button } from "@/ui/button";
import { BasisBadge, Mass } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import { queueOf } from "./scope";

type Recommendation = Shape<"Recommendation">;
const route = getRouteApi("/hotspots/$hotspotId");
const MOST = 50;

export function Proposals({ hotspotId }: { hotspotId: number }) {
  const navigate = route.useNavigate();
  const query = useQuery(ask("/recommendations", { query: { hotspot_id: hotspotId, limit: MOST } }));
  // only for its reason where nothing is proposed; the panel above shows it, and says so where it fails
  const diagnosis = useQuery(ask("/hotspots/{hotspot_id}/diagnosis", { path: { hotspot_id: hotspotId } }));
  const why = diagnosis.data?.nothing_because;
  return (
    <Panel
      title="What can be done"
      query={query}
      isEmpty={(found) => found.length === 0}
      empty={{
        words: why ? `Nothing is proposed: ${why}.` : "Nothing is proposed yet.",
        next: (
          <Button onClick={() => void navigate({ search: (now) => ({ ...now, form: "recommend" }) })}>
            Recommend something
          </Button>
        ),
      }}
      partial={(found) => (found.length === MOST ? `Only the newest ${MOST} are shown.` : null)}
    >
      {(found) => (
        <ul className="divide-y">
          {found.map((each) => (
            <Row key={each.id} recommendation={each} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ recommendation }: { recommendation: Recommendation }) {
  const { title, status } = recommendation;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
      <Link
        to="/recommendations"
        search={queueOf(recommendation)}
        className="min-w-0 flex-1 basis-48 font-medium hover:underline"
      >
        {title}
      </Link>
      <span className="text-sm text-muted">
        <Saving recommendation={recommendation} />
      </span>
      <State state={status} />
    </li>
  );
}

function Saving({ recommendation }: { recommendation: Recommendation }) {
  const { co2_reduction, saving_low_kg, saving_high_kg, co2_reduction_unit } = recommendation;
  if (co2_reduction === null) {
    return (
      <>
        saving{" "}
        <BasisBadge
          basis={{ kind: "insufficient", reason: "its saving is not known; its own page says why" }}
        />
      </>
    );
  }
  const range =
    saving_low_kg === null || saving_high_kg === null
      ? ""
      : `, ${massText(saving_low_kg)} to ${massText(saving_high_kg)}`;
  return (
    <>
      saves{" "}
      <Mass
        kg={co2_reduction}
        basis={{ kind: "estimated", reason: `simulated on its own events, ${co2_reduction_unit}${range}` }}
      />
      {per(co2_reduction_unit)}
    </>
  );
}

/** "kg CO2e per 28 days" as " per 28 days". */
export function per(unit: string): string {
  const at = unit.indexOf(" per ");
  return at < 0 ? "" : unit.slice(at);
}
