// A small word with a colour and, where it says how bad something is, an icon.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes";

export const TONES = {
  neutral: "border-line bg-raised text-muted",
  accent: "border-accent/30 bg-accent-soft text-accent",
  critical: "border-critical/30 bg-critical-soft text-critical",
  warn: "border-warn/30 bg-warn-soft text-warn",
  info: "border-info/30 bg-info-soft text-info",
  good: "border-good/30 bg-good-soft text-good",
} as const;
export type Tone = keyof typeof TONES;

export function Badge({
  tone = "neutral",
  icon: Icon,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 rounded-sm border px-1.5 py-px text-xs font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {Icon && <Icon size={12} aria-hidden />}
      {children}
    </span>
  );
}
