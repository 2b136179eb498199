// The way around: a column on the left, or a bar at the bottom with a sheet for what does not fit in it.
import { Link } from "@tanstack/react-router";
import { Ellipsis, Keyboard, Search } from "lucide-react";
import { useState } from "react";
import { entries } from "@/pages";
import { type Entry, GROUPS } from "@/pages/entry";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FeedChip } from "./FeedChip";
import { ThemeSwitch } from "./ThemeSwitch";

const IN_BAR = ["/", "/hotspots", "/alerts", "/recommendations"];
const IN_COLUMN =
  "flex h-8 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink " +
  "aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent";

export function SideBar({ search, keys }: { search: () => void; keys: () => void }) {
  return (
    <aside className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col border-r bg-surface md:flex">
      <div className="flex h-12 items-center gap-2 px-4 font-semibold tracking-tight">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-5" />
        Carbon Nexus
      </div>
      <div className="px-2 pb-2">
        <Button icon={Search} onClick={search} className="w-full justify-start font-normal text-muted">
          Jump to …<kbd className="ml-auto font-sans text-xs">{MOD} K</kbd>
        </Button>
      </div>
      <Pages className="flex-1 overflow-y-auto px-2 pb-2" />
      <div className="flex items-center gap-1 border-t px-2 py-2">
        <FeedChip />
        <span className="ml-auto flex">
          <IconButton icon={Keyboard} label="Keys" onClick={keys} />
          <ThemeSwitch />
        </span>
      </div>
    </aside>
  );
}

const MOD = /mac/i.test(navigator.platform) ? "⌘" : "Ctrl";

function Pages({ className, onGo }: { className?: string; onGo?: () => void }) {
  return (
    <nav aria-label="Pages" className={className}>
      {GROUPS.map((group) => (
        <ul key={group} className="mt-1 border-t border-line pt-1 first:mt-0 first:border-0 first:pt-0">
          {entries
            .filter((entry) => entry.group === group)
            .map((entry) => (
              <li key={entry.to}>
                <PageLink entry={entry} className={IN_COLUMN} onGo={onGo} />
              </li>
            ))}
        </ul>
      ))}
    </nav>
  );
}

function PageLink({ entry, className, onGo }: { entry: Entry; className: string; onGo?: () => void }) {
  const { to, label, icon: Icon } = entry;
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === "/", includeSearch: false }}
      className={className}
      onClick={onGo}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="truncate">{label}</span>
    </Link>
  );
}

const IN_BOTTOM =
  "flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted " +
  "aria-[current=page]:font-medium aria-[current=page]:text-accent";

export function BottomBar({ search }: { search: () => void }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <nav
        aria-label="Main pages"
        className="fixed inset-x-0 bottom-0 z-30 flex h-14 border-t bg-surface px-1 md:hidden"
      >
        {entries
          .filter(({ to }) => IN_BAR.includes(to))
          .map((entry) => (
            <PageLink
              key={entry.to}
              entry={entry.to === "/recommendations" ? { ...entry, label: "Actions" } : entry}
              className={IN_BOTTOM}
            />
          ))}
        <button type="button" className={IN_BOTTOM} aria-expanded={open} onClick={() => setOpen(true)}>
          <Ellipsis size={16} aria-hidden />
          More
        </button>
      </nav>
      <Dialog open={open} onOpenChange={setOpen} title="Carbon Nexus" side="bottom">
        <div className="mb-3 flex items-center gap-1">
          <FeedChip />
          <span className="ml-auto flex">
            <IconButton
              icon={Search}
              label="Jump to"
              onClick={() => {
                close();
                search();
              }}
            />
            <ThemeSwitch />
          </span>
        </div>
        <Pages onGo={close} />
      </Dialog>
    </>
  );
}
