// Buttons. A button that shows only an icon has a label all the same.
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes";
import { Tip } from "./tip";

const LOOKS = {
  solid: "border-accent bg-accent text-on-accent hover:brightness-110",
  plain: "border-control/60 bg-surface text-ink hover:bg-raised",
  quiet: "border-transparent text-muted hover:bg-raised hover:text-ink",
  danger: "border-critical bg-critical-soft text-critical hover:brightness-95",
} as const;
const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none " +
  "disabled:opacity-55 transition-colors";

interface Look {
  look?: keyof typeof LOOKS;
  icon?: LucideIcon;
  /** Something is under way: the button waits and says so. */
  busy?: boolean;
}

export function Button({
  look = "plain",
  icon: Icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: Look & ComponentProps<"button">) {
  return (
    <button
      type="button"
      className={classes(BASE, LOOKS[look], "h-8 px-3 text-sm", className)}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      {...rest}
    >
      {Icon && <Icon size={15} aria-hidden className={busy ? "animate-pulse" : undefined} />}
      {children}
    </button>
  );
}

export function IconButton({
  icon: Icon,
  label,
  look = "quiet",
  className,
  ...rest
}: { icon: LucideIcon; label: string; look?: keyof typeof LOOKS } & ComponentProps<"button">) {
  return (
    <Tip words={label} describes={false}>
      <button
        type="button"
        aria-label={label}
        className={classes(BASE, LOOKS[look], "size-8", className)}
        {...rest}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Tip>
  );
}
