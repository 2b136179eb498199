// What measures really saved: sums by verdict, the ledger, and the weeks of one measure.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { classes } from "@/ui/classes";
import { Page } from "@/ui/page";
import { Detail } from "./Detail";
import { LedgerTable } from "./LedgerTable";
import { Totals } from "./Totals";

const route = getRouteApi("/savings");

export function SavingsPage() {
  useLive(["recommendations"]);
  const { open } = route.useSearch();
  const ledger = useQuery(ask("/recommendations/savings"));
  return (
    <Page
      title="Savings"
      about="What measures really saved: emissions since they are in place against what a frozen baseline expects."
    >
      <div className={classes("space-y-4", open !== undefined && "max-xl:hidden")}>
        <Totals query={ledger} />
      </div>
      <div
        className={classes(
          "grid items-start gap-4 xl:mt-4",
          open === undefined ? "mt-4" : "xl:grid-cols-[3fr_2fr]",
        )}
      >
        {/* on a narrow screen the one that is read takes the place of the ledger */}
        <div className={classes("min-w-0", open !== undefined && "max-xl:hidden")}>
          <LedgerTable query={ledger} />
        </div>
        {open !== undefined && <Detail key={open} recId={open} />}
      </div>
    </Page>
  );
}
