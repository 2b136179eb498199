// The UTC month so far, and how its target goes; without one the way to set it.
import { Link } from "@tanstack/react-router";
import { mass, massText } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { Figure } from "@/ui/figure";
import { type Asked, Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import { chanceText, goes, type Progress } from "../forecast/targets";
import { Meter } from "./Meter";
import type { Month } from "./model";
import { basisOfShare, ofEverything } from "./words";

export function MonthSoFar({ query }: { query: Asked<Month> }) {
  return (
    <Panel
      title="Month"
      query={query}
      partial={({ current }) => current.month_to_date.reason}
      actions={
        <Link to="/forecast" className="text-sm text-accent hover:underline">
          Targets
        </Link>
      }
    >
      {({ current: { month_to_date: month }, progress }) => {
        const target = ofEverything(progress);
        return (
          <div className="space-y-2">
            <Figure
              label={`${nameOf(month.month)} so far (UTC)`}
              quantity={month.co2e_kg === null ? null : mass(month.co2e_kg)}
              basis={basisOfShare(month.measured_share, month.reason)}
            />
            {target ? <Against target={target} /> : <NoTarget others={progress.targets.length} />}
          </div>
        );
      }}
    </Panel>
  );
}

function Against({ target }: { target: Progress }) {
  const { month_end_low_kg: low, month_end_high_kg: high } = target;
  const chance = chanceText(target.chance);
  return (
    <>
      <Meter
        value={target.spent_kg}
        range={low === null || high === null ? undefined : { low, high }}
        limit={target.amount_kg}
        words={`${massText(target.spent_kg)} of a target of ${massText(target.amount_kg)}`}
      />
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <State state={target.verdict} />
        {chance && <span>Chance of passing the target: {chance}</span>}
      </p>
      <p className="text-sm text-muted">{goes(target)}</p>
    </>
  );
}

function NoTarget({ others }: { others: number }) {
  return (
    <p className="text-sm text-muted">
      No target is set for all emissions of this month
      {others > 0 && `, ${plural(others, "target")} for parts of them`}.{" "}
      <Link to="/forecast" className="text-accent underline">
        Set a target
      </Link>
    </p>
  );
}

function nameOf(month: string): string {
  return new Date(`${month}-01T00:00:00Z`).toLocaleString("en-GB", { month: "long", timeZone: "UTC" });
}
