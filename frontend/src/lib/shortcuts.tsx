// Keys that do something on the page that is open; `?` lists them.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

export interface Shortcut {
  /** As a person would write it: "j", "?", "mod+k", "Enter". */
  keys: string;
  /** What it does, for the list: "Next row". */
  does: string;
  run: () => void;
}

interface Registry {
  active: readonly Shortcut[];
  add: (group: symbol, shortcuts: readonly Shortcut[]) => void;
  remove: (group: symbol) => void;
}

const ShortcutContext = createContext<Registry | null>(null);
/** A box that is ticked takes no letters: after a click on it the keys of the page still hold. */
const WRITING =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=textbox]";
const PRESSED = "button, a[href], summary, [role=button]";
const OVERLAY = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [groups, setGroups] = useState<ReadonlyMap<symbol, readonly Shortcut[]>>(new Map());
  const add = useCallback<Registry["add"]>(
    (group, shortcuts) => setGroups((now) => new Map(now).set(group, shortcuts)),
    [],
  );
  const remove = useCallback<Registry["remove"]>(
    (group) => setGroups((now) => new Map([...now].filter(([each]) => each !== group))),
    [],
  );
  const registry = useMemo(
    () => ({ active: [...groups.values()].flat(), add, remove }),
    [groups, add, remove],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // the page opened last is registered last and goes first
      const match = registry.active.findLast(({ keys }) => meant(event, keys));
      if (!match) return;
      event.preventDefault();
      match.run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [registry]);
  return <ShortcutContext value={registry}>{children}</ShortcutContext>;
}

/** Register these keys while the component is there. `run` may be another function at every render. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(ShortcutContext);
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const add = registry?.add;
  const remove = registry?.remove;
  const named = JSON.stringify(shortcuts.map(({ keys, does }) => ({ keys, does })));
  useEffect(() => {
    if (!add || !remove) return;
    const group = Symbol("shortcuts");
    const told: { keys: string; does: string }[] = JSON.parse(named);
    add(
      group,
      told.map((each, at) => ({ ...each, run: () => latest.current[at]?.run() })),
    );
    return () => remove(group);
  }, [add, remove, named]);
}

export function useActiveShortcuts(): readonly Shortcut[] {
  return useContext(ShortcutContext)?.active ?? [];
}

/** Whether this key press is meant as this shortcut: plain keys are not, while somebody writes or a dialog is open. */
export function meant(event: KeyboardEvent, keys: string): boolean {
  // the Escape that has just closed a dialog was that dialog's, though it is gone by now
  if (event.defaultPrevented) return false;
  const mod = keys.startsWith("mod+");
  const key = mod ? keys.slice(4) : keys;
  if (event.key !== key || mod !== (event.ctrlKey || event.metaKey) || event.altKey || event.isComposing)
    return false;
  if (mod) return true;
  const target = event.target instanceof Element ? event.target : null;
  // Enter on a button or link is that button's
  if (target?.closest(WRITING) || (key === "Enter" && target?.closest(PRESSED))) return false;
  return document.querySelector(OVERLAY) === null;
}
