// One entry in full: who, when and why, what it was before and is after, and its place in the chain.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { ask } from "@/api/ask";
import { orNothing } from "@/api/orNothing";
import { wordsOf } from "@/lib/changes";
import { absolute } from "@/lib/format";
import { label } from "@/lib/sentence";
import { useShortcuts } from "@/lib/shortcuts";
import { IconButton } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { BeforeAfter } from "./BeforeAfter";
import { whatOf } from "./columns";
import { type Entry, pageOf } from "./filters";

const route = getRouteApi("/audit");

export function Detail({ entryId }: { entryId: number }) {
  const navigate = route.useNavigate();
  // an entry never changes
  const found = useQuery({
    ...ask("/audit/{entry_id}", { path: { entry_id: entryId } }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  const close = () => void navigate({ search: (now) => ({ ...now, open: undefined }) });
  useShortcuts([{ keys: "Escape", does: "Close what is read", run: close }]);
  return (
    <Panel
      title={`Entry ${entryId}`}
      query={orNothing(found)}
      lines={8}
      isEmpty={(entry) => entry === null}
      empty={{ words: found.error?.message ?? "" }}
      partial={(entry) =>
        entry?.position === null ? "It is not in the chain: it was put there behind its back." : null
      }
      actions={<IconButton icon={X} label="Close" onClick={close} />}
    >
      {(entry) => entry && <Content entry={entry} />}
    </Panel>
  );
}

function Content({ entry }: { entry: Entry }) {
  const metadata = Object.entries(entry.metadata);
  return (
    <div className="space-y-4">
      <div className="space-y-1">
        <h3 className="text-lg font-semibold">{whatOf(entry)}</h3>
        {entry.notes && <p className="whitespace-pre-line">“{entry.notes}”</p>}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
        <Line name="Action">
          <Narrow search={{ action: entry.action }}>{entry.action}</Narrow>
        </Line>
        <Line name="Of">
          <Narrow search={{ kind: entry.entity_type, thing: entry.entity_id }}>
            {label(entry.entity_type)} {entry.entity_id}
          </Narrow>{" "}
          <Elsewhere entry={entry} />
        </Line>
        <Line name="By">
          <Narrow search={{ actor: entry.user_id }}>{entry.user_id}</Narrow>
        </Line>
        <Line name="When">
          {absolute(new Date(entry.timestamp))} (<Time at={entry.timestamp} />)
        </Line>
        <Line name="Position">{entry.position?.toLocaleString("en-GB") ?? "none"}</Line>
        <Line name="Hash">
          <code>{entry.hash ?? "none"}</code>
        </Line>
      </dl>
      <BeforeAfter before={entry.before} after={entry.after} />
      {metadata.length > 0 && (
        <section>
          <h3 className="mb-1 text-sm font-semibold">What else is known</h3>
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
            {metadata.map(([name, value]) => (
              <Line key={name} name={label(name)}>
                {wordsOf(value) ?? "none"}
              </Line>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

/** Shows all entries that are alike in this. */
function Narrow({ search, children }: { search: Record<string, string>; children: ReactNode }) {
  return (
    <Link to="/audit" search={search} className="text-accent underline">
      {children}
    </Link>
  );
}

function Elsewhere({ entry }: { entry: Entry }) {
  const page = pageOf(entry);
  if (page?.kind === "hotspot") {
    return (
      <Link
        to="/hotspots/$hotspotId"
        params={{ hotspotId: String(page.id) }}
        className="text-accent underline"
      >
        Open the hotspot
      </Link>
    );
  }
  if (page?.kind === "recommendation") {
    return (
      <Link to="/recommendations" search={{ status: "all", open: page.id }} className="text-accent underline">
        Open the recommendation
      </Link>
    );
  }
  if (page?.kind === "alert") {
    return (
      <Link to="/alerts" search={{ view: "all", open: page.id }} className="text-accent underline">
        Open the alert
      </Link>
    );
  }
  return null;
}
