// The columns of the list of hotspots.
import { Link } from "@tanstack/react-router";
import { change } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Mass } from "@/ui/figure";
import { Severity, State } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import { Tip } from "@/ui/tip";
import { Trend } from "./Trend";
import { type Hotspot, kindMeaning, kindWord, unitOf } from "./words";

/** A number before the word: sorted by how bad it is, not by the alphabet, and still read in a file. */
const RANKED: Record<string, string> = { info: "1 info", warn: "2 warn", critical: "3 critical" };

export const columns: Column<Hotspot>[] = [
  { id: "entity", header: "Entity", value: ({ entity }) => entity, cell: (row) => <Name hotspot={row} /> },
  {
    id: "severity",
    header: "Severity",
    value: ({ severity }) => RANKED[severity] ?? severity,
    cell: ({ severity }) => <Severity level={severity} />,
  },
  {
    id: "state",
    header: "State",
    value: ({ status }) => status,
    cell: ({ status }) => <State state={status} />,
  },
  {
    id: "kind",
    header: "Kind",
    value: ({ kind }) => kindWord(kind),
    cell: ({ kind }) => (
      <Tip words={kindMeaning(kind)}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what the word means shows on focus too */}
        <span tabIndex={0} className="rounded-sm">
          {kindWord(kind)}
        </span>
      </Tip>
    ),
    wideOnly: true,
  },
  {
    id: "above",
    header: "Above typical",
    align: "end",
    value: ({ percent_above }) => percent_above,
    cell: ({ percent_above }) => change(percent_above),
  },
  {
    id: "worst",
    header: "Worst kg CO2e",
    align: "end",
    value: ({ predicted_co2 }) => predicted_co2,
    cell: (row) => <Mass kg={row.predicted_co2} per={`/${unitOf(row)}`} />,
  },
  {
    id: "typical",
    header: "Typical kg CO2e",
    align: "end",
    value: ({ baseline_co2 }) => baseline_co2,
    cell: (row) => <Mass kg={row.baseline_co2} />,
    wideOnly: true,
  },
  {
    id: "excess",
    header: "Excess kg CO2e",
    align: "end",
    value: ({ excess_kg }) => excess_kg,
    cell: ({ excess_kg }) => <Mass kg={excess_kg} />,
  },
  {
    id: "events",
    header: "Events, trend",
    align: "end",
    // what the spark shows in numbers stands in the columns beside it
    value: ({ event_count }) => event_count,
    cell: (row) => (
      <span className="inline-flex items-center gap-2">
        {row.event_count.toLocaleString("en-GB")}
        <Trend hotspot={row} />
      </span>
    ),
  },
  {
    id: "last",
    header: "Last sign",
    align: "end",
    value: ({ last_event_at }) => last_event_at,
    cell: ({ last_event_at }) => <Time at={last_event_at} />,
  },
];

function Name({ hotspot: { id, entity, entity_type, event_type } }: { hotspot: Hotspot }) {
  return (
    // the link opens the page by itself; the row would open it a second time
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the click from the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link has its own keys
    <span onClick={(event) => event.stopPropagation()}>
      <Link
        to="/hotspots/$hotspotId"
        params={{ hotspotId: String(id) }}
        className="font-medium hover:underline"
      >
        {entity}
      </Link>
      <span className="ml-1.5 text-xs text-muted">
        {label(entity_type)} · {event_type}
      </span>
    </span>
  );
}
