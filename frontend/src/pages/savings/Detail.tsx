// One measure: its verdict with the reason, what was promised and saved, its weeks and its frozen baseline.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { mass, massText } from "@/lib/format";
import { listed } from "@/lib/sentence";
import { useShortcuts } from "@/lib/shortcuts";
import { IconButton } from "@/ui/button";
import { Figure } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { Reading } from "@/ui/reading";
import { Time } from "@/ui/time";
import { Baseline } from "./Baseline";
import { Judge } from "./Judge";
import { VerdictBadge } from "./VerdictBadge";
import { basisOfSaved, intervalText } from "./verdicts";
import { Weeks } from "./Weeks";

type Saving = Shape<"MeasuredSaving">;
const route = getRouteApi("/savings");

export function Detail({ recId }: { recId: number }) {
  const navigate = route.useNavigate();
  const saving = useQuery(ask("/recommendations/{rec_id}/savings", { path: { rec_id: recId } }));
  const close = () => void navigate({ search: (now) => ({ ...now, open: undefined }) });
  useShortcuts([{ keys: "Escape", does: "Close what is read", run: close }]);
  return (
    <Reading>
      <Panel
        title={`Saving of recommendation ${recId}`}
        query={saving}
        lines={6}
        partial={jointly}
        actions={<IconButton icon={X} label="Close" onClick={close} />}
      >
        {(data) => <Content saving={data} />}
      </Panel>
      <Weeks query={saving} />
      <Baseline query={saving} />
    </Reading>
  );
}

function jointly({ jointly_with }: Saving): string | null {
  if (jointly_with.length === 0) return null;
  return `It cannot be told apart from recommendation ${listed(jointly_with.map(String))}, in place there within four weeks: the saving is of all together.`;
}

function Content({ saving }: { saving: Saving }) {
  const interval = intervalText({ low: saving.saved_low_kg, high: saving.saved_high_kg });
  const promised = intervalText({ low: saving.promised_low_kg, high: saving.promised_high_kg });
  return (
    <div className="space-y-3">
      <div className="space-y-1">
        <h3 className="text-lg font-semibold">{saving.title}</h3>
        <p className="text-muted">
          {saving.entity}, in place since <Time at={saving.implemented_at} />.{" "}
          <Link
            to="/recommendations"
            search={{ status: "all", open: saving.recommendation_id }}
            className="text-accent underline"
          >
            The recommendation
          </Link>
        </p>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Figure
          label="Saved so far"
          quantity={saving.saved_kg === null ? null : mass(saving.saved_kg)}
          basis={basisOfSaved(saving.saved_kg, saving.weeks, saving.reason)}
          note={
            <>
              {interval && <span className="block">95 % interval {interval}</span>}
              {saving.annualised_kg !== null && (
                <span className="block">at that pace {massText(saving.annualised_kg)} a year</span>
              )}
            </>
          }
        />
        <Figure
          label="Promised in 28 days"
          quantity={saving.promised_kg === null ? null : mass(saving.promised_kg)}
          basis={
            saving.promised_kg === null
              ? { kind: "insufficient", reason: "nothing was promised" }
              : { kind: "estimated", reason: "simulated when it was proposed" }
          }
          note={promised && `${promised} by the published range`}
        />
      </div>
      <div className="space-y-1">
        <VerdictBadge verdict={saving.verdict} />
        <p>{saving.reason}</p>
        {saving.judged_at && (
          <p className="text-sm text-muted">
            Judged by {saving.judged_by === "verify" ? "the program" : (saving.judged_by ?? "somebody")}{" "}
            <Time at={saving.judged_at} />
          </p>
        )}
      </div>
      <Judge saving={saving} />
    </div>
  );
}
