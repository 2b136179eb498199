// One target day by day: what is gone, what is still to come, and the straight line to the whole amount.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Trash2, X } from "lucide-react";
import { useState } from "react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { LineChart } from "@/charts/LineChart";
import { day, mass, massText, percent, shortDay } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Figure } from "@/ui/figure";
import { Panel } from "@/ui/panel";
import { State } from "@/ui/severity";
import { chanceText, goes, targetName } from "./targets";

type Burn = Shape<"BurnDown">;
const here = getRouteApi("/forecast");

export function BurnDown({ id, month }: { id: number; month: string }) {
  const navigate = here.useNavigate();
  const burn = useQuery(
    ask("/targets/{target_id}/burn-down", { path: { target_id: id }, query: { month: month || null } }),
  );
  const close = () => void navigate({ search: (now) => ({ ...now, target: undefined }), resetScroll: false });
  return (
    <Panel
      title={burn.data ? `Burn-down of ${targetName(burn.data)}` : "Burn-down"}
      query={burn}
      className="lg:col-span-3"
      lines={8}
      partial={({ forecast_reason, filled_kg }) =>
        forecast_reason ?? (filled_kg > 0 ? `${massText(filled_kg)} of it rest on stand-in values.` : null)
      }
      actions={
        <>
          {burn.data && <Remove target={burn.data} onDone={close} />}
          <IconButton icon={X} label="Close the burn-down" onClick={close} />
        </>
      }
    >
      {(data) => <Shown burn={data} />}
    </Panel>
  );
}

function Shown({ burn }: { burn: Burn }) {
  const days = burn.days.map((each) => new Date(`${each.day}T00:00:00Z`));
  return (
    <>
      <div className="mb-3 flex flex-wrap items-start gap-x-8 gap-y-2">
        <Figure label="Amount" size="small" quantity={mass(burn.amount_kg)} note={burn.month} />
        <Figure
          label="Gone so far"
          size="small"
          quantity={mass(burn.spent_kg)}
          note={percent(burn.share * 100)}
        />
        <Figure
          label="Month's end"
          size="small"
          quantity={burn.month_end_kg === null ? null : mass(burn.month_end_kg)}
          note={
            burn.month_end_kg === null
              ? burn.reason
              : `chance to pass it: ${chanceText(burn.chance) ?? "not known"}`
          }
        />
        <State state={burn.verdict} />
      </div>
      <LineChart
        title="Burn-down"
        sentence={goes(burn)}
        height={240}
        unit="kg"
        axis={{ label: "Day (UTC)", ticks: days.map(shortDay), names: days.map(day) }}
        series={[
          { label: "Forecast", values: burn.days.map((each) => each.forecast_cumulative_kg) },
          { label: "Gone so far", values: burn.days.map((each) => each.cumulative_kg) },
          { label: "Straight line", values: burn.days.map((each) => each.line_kg), dashed: true },
        ]}
        band={{
          label: "80 % band",
          low: burn.days.map((each) => each.forecast_low_kg),
          high: burn.days.map((each) => each.forecast_high_kg),
        }}
      />
      <p className="mt-2 text-muted">{goes(burn)}</p>
    </>
  );
}

function Remove({ target, onDone }: { target: Burn; onDone: () => void }) {
  const [asking, setAsking] = useState(false);
  const remove = useAction("delete", "/targets/{target_id}", {
    done: "Target deleted",
    touches: ["/targets/progress", "/emissions/current"],
    onDone,
  });
  return (
    <>
      <IconButton icon={Trash2} label="Delete the target" onClick={() => setAsking(true)} />
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Delete this target?"
        about={`${massText(target.amount_kg)} for ${targetName(target)}${target.standing ? ", in all its months, those that are over too" : ""}. The audit trail keeps what it was; it can be set again.`}
        does="Delete"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ path: { target_id: target.target_id } })}
      />
    </>
  );
}
