// Says what came of an action, in a corner and to screen readers, and goes away by itself.
import { Check, OctagonAlert, X } from "lucide-react";
import { Toast } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { classes } from "./classes";

interface Said {
  id: number;
  words: string;
  more: string;
  bad: boolean;
}

interface Toaster {
  /** It is done. */
  say: (words: string, more?: string) => void;
  /** It failed, and what to do about it. */
  complain: (words: string, more?: string) => void;
}

const ToastContext = createContext<Toaster>({ say: () => undefined, complain: () => undefined });
const SAID_MS = 5_000;
const COMPLAINED_MS = 12_000;

export function useToast(): Toaster {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Said[]>([]);
  const next = useRef(0);
  const add = useCallback((words: string, more: string, bad: boolean) => {
    next.current += 1;
    const id = next.current;
    setShown((now) => [...now, { id, words, more, bad }]);
  }, []);
  const toaster = useMemo<Toaster>(
    () => ({
      say: (words, more = "") => add(words, more, false),
      complain: (words, more = "") => add(words, more, true),
    }),
    [add],
  );
  const remove = (id: number) => setShown((now) => now.filter((each) => each.id !== id));
  return (
    <ToastContext value={toaster}>
      <Toast.Provider swipeDirection="right" label="Notice">
        {children}
        {shown.map((said) => (
          <One key={said.id} said={said} close={() => remove(said.id)} />
        ))}
        <Toast.Viewport className="fixed right-3 bottom-16 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 md:bottom-3" />
      </Toast.Provider>
    </ToastContext>
  );
}

function One({ said, close }: { said: Said; close: () => void }) {
  const Icon = said.bad ? OctagonAlert : Check;
  return (
    <Toast.Root
      type={said.bad ? "foreground" : "background"}
      duration={said.bad ? COMPLAINED_MS : SAID_MS}
      onOpenChange={(open) => !open && close()}
      className="flex items-start gap-2.5 rounded-lg border bg-surface p-3 shadow-md"
    >
      <Icon
        size={16}
        aria-hidden
        className={classes("mt-0.5 shrink-0", said.bad ? "text-critical" : "text-good")}
      />
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-medium">{said.words}</Toast.Title>
        {said.more && <Toast.Description className="text-sm text-muted">{said.more}</Toast.Description>}
      </div>
      <Toast.Close aria-label="Close" className="rounded-sm text-muted hover:text-ink">
        <X size={15} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  );
}
