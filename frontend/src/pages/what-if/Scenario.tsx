// One kept scenario: its last answer, its runs and why they differ, and what can be done with it.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Lightbulb, Pencil, RotateCw, Trash2, X } from "lucide-react";
import { useState } from "react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { reservations, signed } from "./answer";
import { fromSpec } from "./question";
import { Recommend } from "./Recommend";
import { Shown } from "./Result";

type Kept = Shape<"ScenarioAnswer">;
const here = getRouteApi("/what-if");

export function Scenario({ id }: { id: number }) {
  const navigate = here.useNavigate();
  const query = useQuery(ask("/scenarios/{scenario_id}", { path: { scenario_id: id } }));
  return (
    <Panel
      title={query.data?.name ?? "Scenario"}
      query={query}
      lines={10}
      isEmpty={({ runs }) => runs.length === 0}
      empty={{ words: "It has no run yet." }}
      partial={({ runs: [last] }) => last && reservations(last.result, null)}
      actions={
        <IconButton
          icon={X}
          label="Close the scenario"
          onClick={() =>
            void navigate({ search: (now) => ({ ...now, scenario: undefined }), resetScroll: false })
          }
        />
      }
    >
      {(kept) => (
        <div className="space-y-4">
          {kept.note && <p className="max-w-prose">{kept.note}</p>}
          <Actions kept={kept} />
          {kept.runs[0] && <Shown answer={kept.runs[0].result} />}
          <Runs kept={kept} />
        </div>
      )}
    </Panel>
  );
}

function Actions({ kept }: { kept: Kept }) {
  const navigate = here.useNavigate();
  const [open, setOpen] = useState<"recommend" | "delete" | null>(null);
  const path = { scenario_id: kept.id };
  const run = useAction("post", "/scenarios/{scenario_id}/run", {
    done: ({ runs: [last] }) => (last?.since ? since(last.since) : "Run again"),
    touches: ["/scenarios"],
  });
  const remove = useAction("delete", "/scenarios/{scenario_id}", {
    done: `${kept.name} deleted`,
    touches: ["/scenarios"],
    onDone: () =>
      void navigate({
        search: (now) => ({
          ...now,
          scenario: undefined,
          compare: now.compare.filter((each) => each !== String(kept.id)),
        }),
      }),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon={RotateCw} busy={run.isPending} onClick={() => run.mutate({ path })}>
        Run again
      </Button>
      <Button
        icon={Pencil}
        onClick={() =>
          void navigate({ search: (now) => ({ ...now, ...fromSpec(kept.spec), view: "ask", run: false }) })
        }
      >
        Open in the form
      </Button>
      <Button icon={Lightbulb} onClick={() => setOpen("recommend")}>
        Recommend
      </Button>
      <Button look="quiet" icon={Trash2} onClick={() => setOpen("delete")}>
        Delete
      </Button>
      {open === "recommend" && <Recommend kept={kept} onClose={() => setOpen(null)} />}
      <Confirm
        open={open === "delete"}
        onOpenChange={(now) => setOpen(now ? "delete" : null)}
        title={`Delete ${kept.name}?`}
        about={`Its ${plural(kept.run_count, "run")} go along and cannot be brought back. Recommendations that were made of it stay.`}
        does="Delete"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ path })}
      />
    </div>
  );
}

/** How far a run is from the one before, and why. */
export function since({ events, baseline_kg, delta_kg, because }: Shape<"Difference">): string {
  const sign = events > 0 ? "+" : "";
  const kg = (value: number | null) => (value === null ? "not known" : signed(value));
  const why = because.length ? ` Because: ${because.join("; ")}.` : "";
  return `Against the run before: ${sign}${plural(events, "event")}, baseline ${kg(baseline_kg)}, difference ${kg(delta_kg)}.${why}`;
}

function Runs({ kept: { runs, run_count } }: { kept: Kept }) {
  return (
    <section aria-label="Runs">
      <h3 className="font-medium">Runs</h3>
      <ul className="divide-y">
        {runs.map((run) => (
          <li key={run.id} className="py-1.5">
            <Time at={run.made_at} />{" "}
            <span className="text-muted">
              by {run.made_by}, version {run.version}:
            </span>{" "}
            {run.result.delta_kg === null ? "not known" : signed(run.result.delta_kg)}
            {run.since && <p className="text-sm text-muted">{since(run.since)}</p>}
          </li>
        ))}
      </ul>
      {run_count > runs.length && (
        <p className="text-sm text-muted">
          The newest {runs.length} of {plural(run_count, "run")}.
        </p>
      )}
    </section>
  );
}
