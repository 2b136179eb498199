// Windows over the page: a dialog, a sheet from the edge, and the question before something that is hard to undo.
import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { classes } from "./classes";

const VEIL = "fixed inset-0 z-40 bg-veil";
const BOX = "fixed z-40 border bg-surface shadow-lg focus:outline-none";
const CENTRED =
  "top-1/2 left-1/2 max-h-[85dvh] w-[min(32rem,calc(100vw-1.5rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg p-4";
const SHEETS = {
  right: "inset-y-0 right-0 w-[min(36rem,100vw)] overflow-y-auto border-y-0 border-r-0 p-4",
  bottom: "inset-x-0 bottom-0 max-h-[85dvh] overflow-y-auto rounded-t-lg border-x-0 border-b-0 p-4",
} as const;

interface Given {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One line below the title. */
  about?: string;
  /** Without a side it is a dialog in the middle. */
  side?: keyof typeof SHEETS;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, about, side, children }: Given) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={VEIL} />
        <Radix.Content
          className={classes(BOX, side ? SHEETS[side] : CENTRED)}
          {...(about ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={intoFirstField}
        >
          <div className="mb-3 pr-8">
            <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
            {about && <Radix.Description className="text-sm text-muted">{about}</Radix.Description>}
          </div>
          {children}
          <Radix.Close
            aria-label="Close"
            className="absolute top-4 right-4 rounded-sm p-1 text-muted hover:text-ink"
          >
            <X size={16} aria-hidden />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where somebody is going to type; where there is nothing to fill in, the dialog itself, whose title is read out. */
function intoFirstField(event: Event) {
  if (!(event.target instanceof HTMLElement)) return;
  event.preventDefault();
  const field = event.target.querySelector<HTMLElement>(":is(input, select, textarea):not(:disabled)");
  (field ?? event.target).focus();
}

interface Question {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What will happen, and whether it can be taken back. */
  about: ReactNode;
  /** The word on the button: what is done, not "OK". */
  does: string;
  onConfirm: () => void;
  danger?: boolean;
  busy?: boolean;
  children?: ReactNode;
}

/** Ask before it is done. The caller closes it, once it is done. */
export function Confirm({
  open,
  onOpenChange,
  title,
  about,
  does,
  onConfirm,
  danger,
  busy,
  children,
}: Question) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={VEIL} />
        <AlertDialog.Content className={classes(BOX, CENTRED)}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-muted">{about}</AlertDialog.Description>
          {children && <div className="mt-3">{children}</div>}
          <div className="mt-4 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button look={danger ? "danger" : "solid"} busy={busy} onClick={onConfirm}>
              {does}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
