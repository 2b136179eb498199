// The columns of the ledger.
import { Mass } from "@/ui/figure";
import type { Column } from "@/ui/table/columns";
import { Time } from "@/ui/time";
import { VerdictBadge } from "./VerdictBadge";
import { basisOfSaved, intervalText, type Line } from "./verdicts";

export const COLUMNS: Column<Line>[] = [
  {
    id: "title",
    header: "Measure",
    value: (line) => line.title,
    cell: (line) => <span className="font-medium">{line.title}</span>,
  },
  { id: "entity", header: "Entity", value: (line) => line.entity },
  {
    id: "verdict",
    header: "Verdict",
    value: (line) => line.verdict,
    cell: (line) => <VerdictBadge verdict={line.verdict} reason={line.reason} />,
  },
  {
    id: "promised",
    header: "Promised in 28 days",
    value: (line) => line.promised_kg,
    cell: (line) => <Mass kg={line.promised_kg} />,
    align: "end",
  },
  {
    id: "saved",
    header: "Saved so far",
    value: (line) => line.saved_kg,
    cell: (line) => <Mass kg={line.saved_kg} basis={basisOfSaved(line.saved_kg, line.weeks, line.reason)} />,
    align: "end",
  },
  {
    id: "interval",
    header: "95 % interval",
    value: (line) => intervalText({ low: line.saved_low_kg, high: line.saved_high_kg }),
    cell: (line) => intervalText({ low: line.saved_low_kg, high: line.saved_high_kg }) ?? "–",
    align: "end",
    sortable: false,
    wideOnly: true,
  },
  { id: "weeks", header: "Weeks", value: (line) => line.weeks, align: "end" },
  {
    id: "since",
    header: "In place since",
    value: (line) => line.implemented_at,
    cell: (line) => <Time at={line.implemented_at} />,
  },
];
