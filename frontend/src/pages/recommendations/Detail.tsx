// One recommendation in full: why, what it saves, what it stands on, and what became of it.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { ask } from "@/api/ask";
import { mass } from "@/lib/format";
import { useShortcuts } from "@/lib/shortcuts";
import { IconButton } from "@/ui/button";
import { Figure } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { Reading } from "@/ui/reading";
import { State } from "@/ui/severity";
import { Time } from "@/ui/time";
import { Actions } from "./Actions";
import { CombinedFigures } from "./CombinedFigures";
import { basisOfSaving, type One, outdated, paybackText, rangeText } from "./decisions";
import { Sources } from "./Sources";
import { Talk } from "./Talk";
import { TimeLine } from "./TimeLine";
import { Why } from "./Why";

const route = getRouteApi("/recommendations");

export function Detail({ recId }: { recId: number }) {
  const navigate = route.useNavigate();
  const one = useQuery(ask("/recommendations/{rec_id}", { path: { rec_id: recId } }));
  const close = () => void navigate({ search: (now) => ({ ...now, open: undefined }) });
  useShortcuts([{ keys: "Escape", does: "Close what is read", run: close }]);
  return (
    <Reading>
      <Panel
        title={`Recommendation ${recId}`}
        query={one}
        lines={10}
        partial={outdated}
        actions={<IconButton icon={X} label="Close" onClick={close} />}
      >
        {(rec) => <Content rec={rec} />}
      </Panel>
      <TimeLine recId={recId} />
    </Reading>
  );
}

function Content({ rec }: { rec: One }) {
  return (
    <div className="space-y-4">
      <Head rec={rec} />
      <Actions rec={rec} />
      <Savings rec={rec} />
      <Part title="Why">
        <Why rec={rec} />
      </Part>
      <Part title="What it stands on">
        <Sources rec={rec} />
      </Part>
      <Part title="With the others of its hotspot">
        <CombinedFigures combined={rec.combined} />
      </Part>
      <Part title="Who">
        <Talk rec={rec} />
      </Part>
    </div>
  );
}

function Head({ rec }: { rec: One }) {
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap items-center gap-2">
        <State state={rec.status} />
        <Link
          to="/hotspots/$hotspotId"
          params={{ hotspotId: String(rec.hotspot_id) }}
          className="text-accent hover:underline"
        >
          {rec.supplier_id}, hotspot {rec.hotspot_id}
        </Link>
      </div>
      <h3 className="text-lg font-semibold">{rec.title}</h3>
      <p>{rec.description}</p>
      {rec.returns_because && <p className="text-sm">It comes back because {rec.returns_because}.</p>}
      {rec.decided_at && (
        <p className="text-sm text-muted">
          Decided by {rec.decided_by ?? "somebody"} <Time at={rec.decided_at} />
          {rec.decision_notes && <>: “{rec.decision_notes}”</>}
        </p>
      )}
      {rec.implemented_at && (
        <p className="text-sm text-muted">
          In place since <Time at={rec.implemented_at} />.{" "}
          <Link to="/savings" search={{ open: rec.id }} className="text-accent underline">
            What it really saved
          </Link>
        </p>
      )}
    </div>
  );
}

function Savings({ rec }: { rec: One }) {
  const range = rangeText(rec);
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      <div className="col-span-2">
        <Figure
          label="Saving in 28 days"
          quantity={rec.co2_reduction === null ? null : mass(rec.co2_reduction)}
          basis={basisOfSaving(rec)}
          note={range && `${range} by the published range`}
        />
      </div>
      <Plain label="Payback">{paybackText(rec.payback_months)}</Plain>
      <Plain label="Cost">{rec.cost_impact ?? "not known"}</Plain>
    </div>
  );
}

function Plain({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl>
      <dt className="text-sm text-muted">{label}</dt>
      <dd>{children}</dd>
    </dl>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t pt-3">
      <h3 className="mb-1 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}
