// What a policy would have done over what is stored: sliders on one side, the outcome on the other.
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { listed } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { EntityField } from "@/ui/entityField";
import { Select } from "@/ui/field";
import { Panel, together } from "@/ui/panel";
import { Episodes } from "./Episodes";
import { Outcome } from "./Outcome";
import { AS_IT_IS, asTried, metricOf, type Policy, type Rule, triedPolicy } from "./policy";
import { Sliders } from "./Sliders";
import { StorePolicy } from "./StorePolicy";
import { type Replayed, useBacktest } from "./useBacktest";

const route = getRouteApi("/rules");
const SPANS = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "A year" },
];
const METRICS = [
  { value: "intensity", label: "Intensity" },
  { value: "absolute", label: "Absolute" },
] as const;

interface Given {
  rule: Rule;
  own: Policy;
  /** Names of the rules that have a policy. */
  names: readonly string[];
}

export function Backtest({ rule, own, names }: Given) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [policy, setPolicy] = usePolicy(own);
  const only = metricOf(rule.match ?? []);
  const whom = {
    match: rule.match ?? [],
    ...(search.entity && { entity: search.entity }),
    metric: only ?? search.metric,
    last: `${search.days} d`,
  };
  const tried = useBacktest({ ...whom, policy });
  const stored = useBacktest({ ...whom, policy: own });
  const query = together<{ tried: Replayed; stored: Replayed }>({ tried: tried.query, stored: stored.query });
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  const differs = JSON.stringify(asTried(own, policy)) !== JSON.stringify(AS_IT_IS);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <section aria-label="Policy" className="space-y-4 rounded-lg border bg-surface p-4">
        <Select
          label="Rule"
          value={rule.name}
          onValue={(open) => change({ ...AS_IT_IS, open })}
          options={names.map((value) => ({ value, label: value }))}
        />
        <Sliders policy={policy} onPolicy={setPolicy} />
        <div className="grid grid-cols-2 gap-3 border-t pt-3">
          <Select
            label="Over the last"
            value={String(search.days)}
            onValue={(days) => change({ days: Number(days) })}
            options={spans(search.days)}
          />
          <Select
            label="Metric"
            value={whom.metric}
            disabled={only !== null}
            onValue={(metric) => change({ metric })}
            options={METRICS}
          />
        </div>
        <EntityField
          placeholder="all it watches"
          value={search.entity}
          onValue={(entity) => change({ entity })}
        />
        {differs && (
          <div className="flex flex-wrap gap-2 border-t pt-3">
            <StorePolicy rule={rule} own={own} policy={policy} />
            <Button onClick={() => change(AS_IT_IS)}>As stored</Button>
          </div>
        )}
      </section>
      <div className="min-w-0 space-y-4">
        <Panel
          title="What it would have done"
          query={query}
          lines={10}
          isEmpty={({ tried: { reason } }) => reason !== null}
          empty={{ words: `Nothing can be replayed: ${query.data?.tried.reason ?? "nothing is stored"}.` }}
          partial={() => leftOut(rule)}
        >
          {(data) => <Outcome {...data} behind={tried.behind || stored.behind} />}
        </Panel>
        <Panel
          title="What it would have opened"
          query={tried.query}
          isEmpty={({ episodes }) => episodes.length === 0}
          empty={{ words: "This policy would have opened nothing." }}
          partial={({ rule: found, episodes }) =>
            found.episodes > episodes.length &&
            `The newest ${episodes.length} of ${found.episodes} are listed.`
          }
        >
          {({ episodes }) => <Episodes rows={episodes} />}
        </Panel>
      </div>
    </div>
  );
}

/** The policy of the address. What a slider was moved to holds at once, the address comes after it. */
function usePolicy(own: Policy): [Policy, (next: Policy) => void] {
  const { kind, info, warn, critical, alarms, excess } = route.useSearch();
  const navigate = route.useNavigate();
  const [ahead, setAhead] = useState<Policy | null>(null);
  const told = { kind, info, warn, critical, alarms, excess };
  if (ahead && JSON.stringify(asTried(own, ahead)) === JSON.stringify(told)) setAhead(null);
  const set = (next: Policy) => {
    setAhead(next);
    void navigate({ search: (now) => ({ ...now, ...asTried(own, next) }), replace: true });
  };
  return [ahead ?? triedPolicy(own, told), set];
}

/** What the replay cannot do as the rule does it. */
export function leftOut({ overrides = {} }: Pick<Rule, "overrides">): string | null {
  const names = Object.keys(overrides);
  return names.length
    ? `The policies that this rule has for ${listed(names)} are left out: its own is tried for all.`
    : null;
}

/** An address may name any number of days. */
function spans(days: number) {
  const known = SPANS.some(({ value }) => value === String(days));
  return known ? SPANS : [...SPANS, { value: String(days), label: `${days} days` }];
}
