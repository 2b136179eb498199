// The question and its answer side by side. It is asked on a press, not on every move of a slider: it may take minutes.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FlaskConical, Plus, Save } from "lucide-react";
import { type FormEvent, useState } from "react";
import { send } from "@/api/client";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { outdated } from "./answer";
import { ChangeCard } from "./ChangeCard";
import { PricesForm } from "./PricesForm";
import { MOST_CHANGES, type Question, questionOf, specOf, unready } from "./question";
import { Result } from "./Result";
import { SaveScenario } from "./SaveScenario";
import { ScopeForm } from "./ScopeForm";
import { ON_REQUEST, useDraft } from "./useDraft";

const here = getRouteApi("/what-if");

export function Ask() {
  const search = here.useSearch();
  const inAddress = questionOf(search);
  const { draft, set, ask, unasked } = useDraft(inAddress);
  const [saving, save] = useState(false);
  const spec = specOf(inAddress);
  const result = useQuery({
    // the key is no path: the answer does not change with every event that comes in
    queryKey: ["simulate population", spec],
    queryFn: async ({ signal }) =>
      (await send<"post", "/simulate/population">("post", "/simulate/population", { body: spec }, signal))
        .data,
    enabled: search.run && unready(inAddress) === null,
    ...ON_REQUEST,
  });
  const missing = unready(draft);
  const simulate = () => {
    if (!missing) ask();
  };
  useShortcuts([{ keys: "r", does: "Simulate", run: simulate }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    simulate();
  };
  const replace = (at: number, by: Question["changes"]) =>
    set({ changes: [...draft.changes.slice(0, at), ...by, ...draft.changes.slice(at + 1)] });
  const old = outdated(result, unasked);
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(20rem,26rem)_1fr]">
      <form onSubmit={submit} aria-label="Question" className="min-w-0 space-y-4">
        <ScopeForm draft={draft} set={set} />
        {draft.changes.map((change, at) => (
          <ChangeCard
            // biome-ignore lint/suspicious/noArrayIndexKey: changes have no other name, and keep their order
            key={at}
            number={at + 1}
            change={change}
            problems={
              result.error?.fields.filter(({ where }) => `${where}.`.startsWith(`changes.${at}.`)) ?? []
            }
            onChange={(next) => replace(at, [next])}
            onRemove={() => replace(at, [])}
          />
        ))}
        <Button
          icon={Plus}
          disabled={draft.changes.length >= MOST_CHANGES}
          onClick={() => set({ changes: [...draft.changes, { set: { distance_km: "-10%" } }] })}
        >
          Add a change
        </Button>
        <PricesForm draft={draft} set={set} />
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="solid"
            type="submit"
            icon={FlaskConical}
            disabled={missing !== null}
            busy={result.isFetching}
          >
            Simulate
          </Button>
          <Button icon={Save} disabled={missing !== null} onClick={() => save(true)}>
            Keep as a scenario
          </Button>
          {missing && <p className="text-sm text-muted">{missing}</p>}
        </div>
        {saving && <SaveScenario spec={specOf(draft)} onClose={() => save(false)} />}
      </form>
      <Result query={result} asked={search.run} old={old} />
    </div>
  );
}
