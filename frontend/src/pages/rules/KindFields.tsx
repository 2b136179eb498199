// The fields that only one kind of rule has.
import { Select, Switch, TextField } from "@/ui/field";
import type { PolicyDraft } from "./draft";
import { type Form, Line, problemAt } from "./fields";

const PERIODS = [
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
] as const;
const AGAINST = [
  { value: "target", label: "A target" },
  { value: "typical", label: "What is typical" },
] as const;
const POLICIES = [
  { value: "adaptive", label: "Adaptive: unusual for that hour and day too" },
  { value: "ratio", label: "Ratio: actual / typical alone" },
] as const;

export function KindFields(form: Form) {
  const { draft, change } = form;
  switch (draft.kind) {
    case "hotspot":
      return <PolicyFields {...form} />;
    case "data_quality":
      return <Line {...form} of="minScore" key_="min_score" label="Score below" amount required />;
    case "budget":
      return (
        <div className="grid gap-3 sm:grid-cols-3">
          <Line {...form} of="amount" key_="budget.amount_kg" label="Amount, kg CO2e" amount required />
          <Select
            label="Period (UTC)"
            value={draft.period}
            onValue={(period) => change({ period })}
            options={PERIODS}
          />
          <Line
            {...form}
            of="share"
            key_="budget.warn_share"
            label="Warns from share"
            hint="0.8 is 80 %"
            amount
          />
        </div>
      );
    case "forecast":
      return (
        <div className="grid gap-3 sm:grid-cols-2">
          <Select
            label="Against"
            value={draft.against}
            onValue={(against) => change({ against })}
            options={AGAINST}
          />
          <Line {...form} of="chance" key_="forecast.chance" label="From chance" hint="0.5 to 0.95" amount />
          <Line {...form} of="days" key_="forecast.within_days" label="Within days" hint="1 to 31" amount />
          {draft.against === "typical" && (
            <Line
              {...form}
              of="ratio"
              key_="forecast.ratio"
              label="Times typical"
              hint="Empty: 1.25"
              amount
            />
          )}
        </div>
      );
    default:
      return <p className="text-sm text-muted">It speaks of whoever is silent for longer than usual.</p>;
  }
}

function PolicyFields({ draft, change, error }: Form) {
  const set = (part: Partial<PolicyDraft>) => change({ policy: { ...draft.policy, ...part } });
  const line = (of: keyof PolicyDraft, name: string, label: string, type = "number") => (
    <TextField
      label={label}
      type={type}
      step="any"
      problem={problemAt(error, `policy.${name}`)}
      value={draft.policy[of]}
      onChange={(event) => set({ [of]: event.target.value })}
    />
  );
  return (
    <div className="space-y-3">
      <Switch label="A policy of its own" value={draft.own} onValue={(own) => change({ own })} />
      {!draft.own && (
        <p className="text-sm text-muted">It follows the default rule, as that is at the time.</p>
      )}
      {draft.own && (
        <>
          <Select
            label="Stands out"
            value={draft.policy.kind}
            onValue={(kind) => set({ kind })}
            options={POLICIES}
          />
          <div className="grid grid-cols-3 gap-3">
            {line("info", "info", "Info, × typical")}
            {line("warn", "warn", "Warn")}
            {line("critical", "critical", "Critical")}
          </div>
          <div className="grid grid-cols-2 gap-3">
            {draft.policy.kind === "adaptive" &&
              line("alarms", "false_alarms_per_entity_week", "Chance alarms a week")}
            {line("excess", "min_excess_kg", "Smallest excess, kg")}
            {line("clear", "clear_ratio", "No sign below, × typical")}
            {line("keep", "keep_firing_for", "Episode ends after", "text")}
          </div>
          <p className="text-sm text-muted">What is left empty is filled in when it is stored.</p>
        </>
      )}
    </div>
  );
}
