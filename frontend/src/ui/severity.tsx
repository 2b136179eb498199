// How bad, and how things stand: colour, icon and word together, so that no one of them has to be seen.
import {
  BellOff,
  Check,
  CheckCheck,
  CircleAlert,
  CircleDot,
  CircleHelp,
  Hourglass,
  Info,
  type LucideIcon,
  OctagonAlert,
  TriangleAlert,
  X,
} from "lucide-react";
import { label } from "@/lib/sentence";
import { Badge, type Tone } from "./badge";

type Sign = [tone: Tone, icon: LucideIcon];

const LEVELS: Record<string, Sign> = {
  critical: ["critical", OctagonAlert],
  warn: ["warn", TriangleAlert],
  info: ["info", Info],
};

/** Every state the API has a word for; two rooms that use one word mean the same by it. */
const STATES: Record<string, Sign> = {
  firing: ["critical", CircleAlert],
  active: ["critical", CircleAlert],
  recovering: ["warn", CircleDot],
  pending: ["info", Hourglass],
  no_data: ["neutral", CircleHelp],
  resolved: ["good", Check],
  ignored: ["neutral", BellOff],
  acknowledged: ["accent", Check],
  silenced: ["neutral", BellOff],
  approved: ["accent", Check],
  rejected: ["neutral", X],
  implemented: ["info", CheckCheck],
  verified: ["good", CheckCheck],
  not_effective: ["warn", TriangleAlert],
  waiting: ["info", Hourglass],
  inconclusive: ["neutral", CircleHelp],
  not_observable: ["neutral", CircleHelp],
  no_baseline: ["neutral", CircleHelp],
  completed: ["good", Check],
  failed: ["critical", OctagonAlert],
  queued: ["neutral", Hourglass],
  processing: ["info", Hourglass],
  complete: ["good", Check],
  cancelled: ["neutral", X],
  undone: ["neutral", X],
  on_track: ["good", Check],
  at_risk: ["warn", TriangleAlert],
  will_pass: ["warn", TriangleAlert],
  passed: ["critical", OctagonAlert],
  kept: ["good", CheckCheck],
  unknown: ["neutral", CircleHelp],
};

export function Severity({ level }: { level: string }) {
  return <Signed sign={LEVELS[level]} word={level} />;
}

export function State({ state }: { state: string }) {
  return <Signed sign={STATES[state]} word={state} />;
}

function Signed({ sign = ["neutral", CircleHelp], word }: { sign?: Sign; word: string }) {
  const [tone, icon] = sign;
  return (
    <Badge tone={tone} icon={icon}>
      {label(word)}
    </Badge>
  );
}
