// A verdict with its icon and word; the reason on hover and focus, and read out.
import { Check, CircleSlash, EyeOff, Hourglass, type LucideIcon, Scale, TriangleAlert } from "lucide-react";
import { label } from "@/lib/sentence";
import { Badge, type Tone } from "@/ui/badge";
import { Tip } from "@/ui/tip";
import type { Verdict } from "./verdicts";

const SIGNS: Record<Verdict, [tone: Tone, icon: LucideIcon]> = {
  verified: ["good", Check],
  not_effective: ["warn", TriangleAlert],
  waiting: ["info", Hourglass],
  inconclusive: ["neutral", Scale],
  not_observable: ["neutral", EyeOff],
  no_baseline: ["neutral", CircleSlash],
};

export function VerdictBadge({ verdict, reason }: { verdict: string; reason?: string }) {
  const [tone, icon] = SIGNS[verdict as Verdict] ?? SIGNS.no_baseline;
  const badge = (
    <Badge tone={tone} icon={icon}>
      {label(verdict).toLowerCase()}
    </Badge>
  );
  if (!reason) return badge;
  return (
    <Tip words={reason} describes={false}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason shows on focus too */}
      <span tabIndex={0} className="inline-flex rounded-sm">
        {badge}
        <span className="sr-only">: {reason}</span>
      </span>
    </Tip>
  );
}
