// The columns of the list of hotspots. Their names are those that the API orders by.
import { Link } from "@tanstack/react-router";
import { change } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Mass } from "@/ui/figure";
import { Severity, State } from "@/ui/severity";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import { Tip } from "@/ui/tip";
import { TYPICAL, worstBasis } from "./bases";
import type { Spark } from "./sparks";
import { Trend, trendWords } from "./Trend";
import { kindMeaning, kindWord, type Listed, unitOf } from "./words";

export type Row = Listed & { spark: Spark };

/** A number before the word: sorted by how bad it is, not by the alphabet, and still read in a file. */
const RANKED: Record<string, string> = { info: "1 info", warn: "2 warn", critical: "3 critical" };

const name: Column<Row> = {
  id: "entity",
  header: "Entity",
  value: ({ entity }) => entity,
  cell: (row) => <Name hotspot={row} />,
};
const severity: Column<Row> = {
  id: "severity",
  header: "Severity",
  value: ({ severity }) => RANKED[severity] ?? severity,
  cell: ({ severity }) => <Severity level={severity} />,
};
const state: Column<Row> = {
  id: "state",
  header: "State",
  value: ({ status }) => status,
  cell: ({ status }) => <State state={status} />,
  sortable: false,
};
const kind: Column<Row> = {
  id: "kind",
  header: "Kind",
  value: ({ kind }) => kindWord(kind),
  cell: ({ kind }) => <Kind kind={kind} />,
  sortable: false,
  wideOnly: true,
};
const figures: Column<Row>[] = [
  {
    id: "percent_above",
    header: "Above typical",
    align: "end",
    value: ({ percent_above }) => percent_above,
    cell: ({ percent_above }) => change(percent_above),
  },
  {
    id: "predicted_co2",
    header: "Worst kg CO2e",
    align: "end",
    value: ({ predicted_co2 }) => predicted_co2,
    cell: (row) => <Worst hotspot={row} />,
  },
  {
    id: "excess_kg",
    header: "Excess kg CO2e",
    align: "end",
    value: ({ excess_kg }) => excess_kg,
    cell: ({ excess_kg }) => <Excess kg={excess_kg} />,
  },
  {
    id: "event_count",
    header: "Events",
    align: "end",
    value: ({ event_count }) => event_count,
    cell: ({ event_count }) => event_count.toLocaleString("en-GB"),
  },
  {
    id: "trend",
    header: "14 days",
    value: ({ spark }) => trendWords(spark),
    cell: ({ spark }) => <Trend spark={spark} />,
    sortable: false,
  },
  {
    id: "last_event_at",
    header: "Last sign",
    align: "end",
    value: ({ last_event_at }) => last_event_at,
    cell: ({ last_event_at }) => <Time at={last_event_at} />,
  },
];

/** Where the list is of one state, the filter above it says it, and there is room for the kind. */
export const columnsOfOneState: Column<Row>[] = [name, severity, kind, ...figures];
export const columns: Column<Row>[] = [name, severity, state, ...figures];

function Name({ hotspot: { id, entity, entity_type, event_type } }: { hotspot: Listed }) {
  return (
    // the link opens the page by itself; the row would open it a second time
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the click from the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link has its own keys
    <span onClick={(event) => event.stopPropagation()}>
      <Link
        to="/hotspots/$hotspotId"
        params={{ hotspotId: String(id) }}
        className="block font-medium hover:underline"
      >
        {entity}
      </Link>
      <span className="block text-xs text-muted">
        {entity_type === event_type ? label(entity_type) : `${label(entity_type)} · ${event_type}`}
      </span>
    </span>
  );
}

function Kind({ kind }: Pick<Listed, "kind">) {
  return (
    <Tip words={kindMeaning(kind)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what the word means shows on focus too */}
      <span tabIndex={0} className="rounded-sm">
        {kindWord(kind)}
      </span>
    </Tip>
  );
}

function Worst({ hotspot }: { hotspot: Listed }) {
  const per = unitOf(hotspot) === "day" ? "/day" : "";
  return (
    <>
      <Mass kg={hotspot.predicted_co2} per={per} basis={worstBasis(hotspot)} />
      <span className="block text-xs text-muted">
        typical <Mass kg={hotspot.baseline_co2} basis={TYPICAL} />
      </span>
    </>
  );
}

function Excess({ kg }: { kg: number | null }) {
  return (
    <>
      <Mass kg={kg} basis={kg === null ? undefined : TYPICAL} />
      {kg !== null && kg < 0 && <span className="block text-xs text-muted">below typical since</span>}
    </>
  );
}
