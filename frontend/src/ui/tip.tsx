// A few words on hover and on focus. What matters is never only there: screen readers get it as a description.
import { Tooltip } from "radix-ui";
import { type ReactNode, useState } from "react";

export function TipProvider({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={250} skipDelayDuration={100}>
      {children}
    </Tooltip.Provider>
  );
}

interface Given {
  words: ReactNode;
  /** False where the words are the element's label already. */
  describes?: boolean;
  children: ReactNode;
}

/** The child is one element that can take a ref; make it focusable where it is no control. */
export function Tip({ words, describes = true, children }: Given) {
  const [open, setOpen] = useState(false);
  return (
    <Tooltip.Root open={open} onOpenChange={setOpen}>
      <Tooltip.Trigger asChild {...(describes ? {} : { "aria-describedby": undefined })}>
        {children}
      </Tooltip.Trigger>
      {/* a list has hundreds of tips, and one at a time is read */}
      {open && (
        <Tooltip.Portal>
          <Tooltip.Content
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-80 rounded-md border bg-surface px-2.5 py-1.5 text-sm text-ink shadow-md"
          >
            {words}
          </Tooltip.Content>
        </Tooltip.Portal>
      )}
    </Tooltip.Root>
  );
}
