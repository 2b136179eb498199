// What electricity saves that moves to the cleanest hours of its day: of a site's metered hours, or of a day's kWh.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Clock } from "lucide-react";
import type { FormEvent } from "react";
import { send } from "@/api/client";
import { Button } from "@/ui/button";
import { EntityField } from "@/ui/entityField";
import { Segments, Select, Slider, TextField } from "@/ui/field";
import { outdated } from "./answer";
import { HoursResult } from "./HoursResult";
import { MOST_DAYS } from "./route";
import { type ShiftQuestion, shiftOf, shiftSpec, shiftUnready } from "./shift";
import { ON_REQUEST, useDraft } from "./useDraft";

const here = getRouteApi("/what-if");
const OF = [
  { value: "site", label: "A site's meter" },
  { value: "day", label: "kWh of a day" },
] as const;
const MONTHS = Array.from({ length: 12 }, (_, at) => ({
  value: String(at + 1),
  label: new Date(Date.UTC(2000, at, 1)).toLocaleString("en-GB", { month: "long", timeZone: "UTC" }),
}));

export function Hours() {
  const search = here.useSearch();
  const inAddress = shiftOf(search);
  const { draft, set, ask, unasked } = useDraft(inAddress);
  const spec = shiftSpec(inAddress);
  const result = useQuery({
    queryKey: ["simulate load shift", spec],
    queryFn: async ({ signal }) =>
      (await send<"post", "/simulate/load-shift">("post", "/simulate/load-shift", { body: spec }, signal))
        .data,
    enabled: search.run && shiftUnready(inAddress) === null,
    ...ON_REQUEST,
  });
  const missing = shiftUnready(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!missing) ask();
  };
  const old = outdated(result, unasked);
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(20rem,26rem)_1fr]">
      <form
        onSubmit={submit}
        aria-label="Cleaner hours"
        className="min-w-0 space-y-3 self-start rounded-lg border bg-surface p-4"
      >
        <Segments label="Whose electricity" value={draft.of} options={OF} onValue={(of) => set({ of })} />
        {draft.of === "site" ? <Site draft={draft} set={set} /> : <Day draft={draft} set={set} />}
        <TextField
          label="Grid"
          hint={
            draft.of === "site"
              ? "As if it drew from this one; empty is the site's own. Hours are known of GB-hourly alone."
              : "Hours are known of GB-hourly alone."
          }
          value={draft.grid}
          onChange={({ target }) => set({ grid: target.value })}
        />
        <Slider
          label="Hours that move"
          value={draft.hours}
          least={1}
          most={12}
          step={1}
          words={`${draft.hours} h`}
          onValue={(hours) => set({ hours })}
        />
        <Slider
          label="Share of them that can move"
          value={draft.share}
          least={1}
          most={100}
          step={1}
          words={`${draft.share} %`}
          onValue={(share) => set({ share })}
        />
        <div className="flex items-center gap-2">
          <Button
            look="solid"
            type="submit"
            icon={Clock}
            disabled={missing !== null}
            busy={result.isFetching}
          >
            Move it
          </Button>
          {missing && <p className="text-sm text-muted">{missing}</p>}
        </div>
      </form>
      <HoursResult query={result} asked={search.run} old={old} />
    </div>
  );
}

interface Part {
  draft: ShiftQuestion;
  set: (part: Partial<ShiftQuestion>) => void;
}

function Site({ draft, set }: Part) {
  return (
    <>
      <EntityField
        label="Site"
        hint="A factory or warehouse, by its name in the events."
        value={draft.entity}
        onValue={(entity) => set({ entity })}
      />
      <Slider
        label="Days before today"
        value={draft.days}
        least={1}
        most={MOST_DAYS}
        step={1}
        words={`${draft.days} d`}
        onValue={(days) => set({ days })}
      />
    </>
  );
}

function Day({ draft, set }: Part) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label="kWh a day"
        type="number"
        min={0}
        value={draft.kwh || ""}
        onChange={({ target }) => set({ kwh: target.value === "" ? 0 : target.valueAsNumber })}
      />
      <Select
        label="Month"
        value={String(draft.month)}
        options={MONTHS}
        onValue={(month) => set({ month: Number(month) })}
      />
    </div>
  );
}
