// Type a few letters, press Enter, be there.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { ask } from "@/api/ask";
import { useSettled } from "@/lib/settled";
import { entries } from "@/pages";
import { Badge } from "@/ui/badge";
import { classes } from "@/ui/classes";
import { Dialog } from "@/ui/dialog";
import { type Jump, jumpsFor, longestWord } from "./jumps";

export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const navigate = useNavigate();
  const q = useSettled(longestWord(typed), 150);
  const found = useQuery({
    ...ask("/entities", { query: { q, limit: 50 } }),
    placeholderData: keepPreviousData,
  });
  const jumps = jumpsFor(typed, entries, found.data ?? []);
  const go = (jump: Jump | undefined) => {
    if (!jump) return;
    onClose();
    void navigate({ to: jump.to, params: jump.params, search: jump.search } as never);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") go(jumps[at]);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt((now) => Math.max(0, Math.min(jumps.length - 1, now + step)));
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Jump to">
      <input
        role="combobox"
        aria-label="Page, entity or hotspot id"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={jumps[at] ? `${id}-${at}` : undefined}
        placeholder="Page, entity or hotspot id"
        className="h-9 w-full rounded-md border border-control bg-surface px-2.5"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div role="listbox" id={id} aria-label="Places" className="mt-2 max-h-80 overflow-y-auto">
        {jumps.map((jump, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box above, which names the active one
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box above hears Enter
          <div
            key={`${jump.kind} ${jump.label}`}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            className={classes(
              "flex cursor-pointer items-center justify-between rounded-md px-2.5 py-1.5",
              place === at && "bg-raised",
            )}
            onClick={() => go(jump)}
            onMouseMove={() => setAt(place)}
          >
            {jump.label}
            <Badge>{jump.kind}</Badge>
          </div>
        ))}
      </div>
      {jumps.length === 0 && <p className="px-2.5 py-3 text-muted">Nothing has this name.</p>}
    </Dialog>
  );
}
