// The policy that is tried, as sliders.
import { massText } from "@/lib/format";
import { Segments, Slider } from "@/ui/field";
import { ALARM_STEPS, moved, type Policy, stepOf } from "./policy";

const KINDS = [
  { value: "adaptive", label: "Adaptive" },
  { value: "ratio", label: "Ratio" },
] as const;
const LEVELS = [
  { of: "info", label: "Info from" },
  { of: "warn", label: "Warn from" },
  { of: "critical", label: "Critical from" },
] as const;

export function Sliders({ policy, onPolicy }: { policy: Policy; onPolicy: (policy: Policy) => void }) {
  const alarms = policy.false_alarms_per_entity_week;
  return (
    <div className="space-y-3">
      <Segments
        label="Kind of policy"
        value={policy.kind}
        onValue={(kind) => onPolicy({ ...policy, kind })}
        options={KINDS}
      />
      {policy.kind === "adaptive" && (
        <Slider
          label="Chance alarms"
          value={stepOf(alarms)}
          onValue={(step) =>
            onPolicy({ ...policy, false_alarms_per_entity_week: ALARM_STEPS[step] ?? alarms })
          }
          least={0}
          most={ALARM_STEPS.length - 1}
          step={1}
          words={`${alarms} a week of each entity`}
        />
      )}
      {LEVELS.map(({ of, label }) => (
        <Slider
          key={of}
          label={label}
          value={policy[of]}
          onValue={(to) => onPolicy(moved(policy, of, Math.round(to * 100) / 100))}
          least={Math.min(0.5, policy[of])}
          // a rule may already ask for more than most do
          most={Math.max(5, policy[of])}
          step={0.05}
          words={`${policy[of]} × typical`}
        />
      ))}
      <Slider
        label="Smallest excess"
        value={policy.min_excess_kg}
        onValue={(min_excess_kg) => onPolicy({ ...policy, min_excess_kg })}
        least={0}
        most={Math.max(500, policy.min_excess_kg)}
        step={5}
        words={policy.min_excess_kg === 0 ? "any" : massText(policy.min_excess_kg)}
      />
    </div>
  );
}
