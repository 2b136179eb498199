// A number with its unit, and where it comes from: measured, estimated, or not enough to say.
import { CircleSlash, Gauge, type LucideIcon, Sigma } from "lucide-react";
import type { ReactNode } from "react";
import { mass, type Quantity } from "@/lib/format";
import { Badge, type Tone } from "./badge";
import { classes } from "./classes";
import { Tip } from "./tip";

export interface Basis {
  kind: "measured" | "estimated" | "insufficient";
  /** Why, or how: "fuel and metered electricity", "fewer than ten events". */
  reason: string;
}

const KINDS: Record<Basis["kind"], [word: string, tone: Tone, icon: LucideIcon]> = {
  measured: ["measured", "good", Gauge],
  estimated: ["estimated", "info", Sigma],
  insufficient: ["insufficient", "warn", CircleSlash],
};
const TIERS: Record<string, string> = {
  T1: "from measured fuel or electricity",
  T2: "from distance and class with load or speed",
  T3: "from the average of the class",
};

/** What an estimate of the API rests on: tier T1 is measured, unless the reading itself was filled in. */
export function basisOf(estimate: {
  co2_kg: number | null;
  tier?: string | null;
  filled?: boolean;
  reason?: string | null;
}): Basis {
  if (estimate.co2_kg === null)
    return { kind: "insufficient", reason: estimate.reason ?? "no estimate is possible" };
  if (estimate.filled) return { kind: "estimated", reason: "a missing reading was filled in" };
  const how = TIERS[estimate.tier ?? ""] ?? "by another estimator";
  return { kind: estimate.tier === "T1" ? "measured" : "estimated", reason: how };
}

/** The badge: the reason on hover and focus, and read out. `short` shows the icon alone, for tables. */
export function BasisBadge({ basis, short = false }: { basis: Basis; short?: boolean }) {
  const [word, tone, Icon] = KINDS[basis.kind];
  return (
    <Tip words={`${word}: ${basis.reason}`} describes={false}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason shows on focus too */}
      <span tabIndex={0} className="inline-flex rounded-sm align-middle">
        {short ? (
          <Icon size={13} aria-hidden className="text-muted" />
        ) : (
          <Badge tone={tone} icon={Icon}>
            {word}
          </Badge>
        )}
        <span className="sr-only">{short ? `${word}: ${basis.reason}` : `: ${basis.reason}`}</span>
      </span>
    </Tip>
  );
}

/** Kilograms in a line of text or a cell: kg or t by size; unknown is a dash that says so. */
export function Mass({
  kg,
  per = "",
  basis,
}: {
  kg: number | null | undefined;
  per?: string;
  basis?: Basis;
}) {
  return (
    <span className="whitespace-nowrap">
      <Amount quantity={kg === null || kg === undefined ? null : mass(kg, per)} />
      {basis && (
        <>
          {" "}
          <BasisBadge basis={basis} short />
        </>
      )}
    </span>
  );
}

interface Given {
  label: string;
  /** Null where it is not known; the basis or note says why. */
  quantity: Quantity | null;
  basis?: Basis;
  /** What it is compared with, or what it leaves out. */
  note?: ReactNode;
  size?: "large" | "small";
}

/** A figure of its own: label, number with unit, basis, and a line below. */
export function Figure({ label, quantity, basis, note, size = "large" }: Given) {
  return (
    <dl className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2">
        <span className={classes("font-semibold tracking-tight", size === "large" ? "text-2xl" : "text-lg")}>
          <Amount quantity={quantity} small />
        </span>
        {basis && <BasisBadge basis={basis} />}
      </dd>
      {note && <dd className="text-sm text-muted">{note}</dd>}
    </dl>
  );
}

/** Beside a large number its unit is small. */
function Amount({ quantity, small = false }: { quantity: Quantity | null; small?: boolean }) {
  if (quantity === null) {
    return (
      <>
        <span aria-hidden>–</span>
        <span className="sr-only">not known</span>
      </>
    );
  }
  return (
    <>
      {quantity.text}
      <span className={classes("font-normal text-muted", small && "text-[0.72em]")}> {quantity.unit}</span>
    </>
  );
}
