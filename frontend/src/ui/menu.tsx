// A menu behind a button.
import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

export interface MenuEntry {
  label: string;
  icon?: LucideIcon;
  run: () => void;
  disabled?: boolean;
}

/** `trigger` is one button. */
export function Menu({ trigger, entries }: { trigger: ReactNode; entries: readonly MenuEntry[] }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-40 rounded-md border bg-surface p-1 shadow-md"
        >
          {entries.map(({ label, icon: Icon, run, disabled }) => (
            <DropdownMenu.Item
              key={label}
              disabled={disabled}
              onSelect={run}
              className="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm data-disabled:opacity-55 data-highlighted:bg-raised data-highlighted:outline-none"
            >
              {Icon && <Icon size={15} aria-hidden className="text-muted" />}
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
