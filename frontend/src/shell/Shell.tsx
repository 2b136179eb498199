// Around every page: navigation, state of the feed, theme, palette, list of keys, and the question for a key.
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useShortcuts } from "@/lib/shortcuts";
import { KeyGate } from "./KeyGate";
import { BottomBar, SideBar } from "./Navigation";
import { ShortcutList } from "./ShortcutList";

const Palette = lazy(() => import("./Palette").then((module) => ({ default: module.Palette })));

export function Shell() {
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const navigate = useNavigate();
  useShortcuts([
    { keys: "mod+k", does: "Jump to a page, entity or hotspot", run: () => setOpen("palette") },
    { keys: "?", does: "List the keys", run: () => setOpen("keys") },
    { keys: "g", does: "Go to Pulse", run: () => void navigate({ to: "/" }) },
  ]);
  const close = () => setOpen(null);
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md border bg-surface px-3 py-1.5 focus:translate-y-0"
      >
        Skip to the content
      </a>
      <SideBar search={() => setOpen("palette")} keys={() => setOpen("keys")} />
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 pb-16 outline-none md:pb-0">
        <Outlet />
      </main>
      <BottomBar search={() => setOpen("palette")} />
      <ShortcutList open={open === "keys"} onClose={close} />
      <Suspense>{open === "palette" && <Palette onClose={close} />}</Suspense>
      <KeyGate />
    </div>
  );
}
