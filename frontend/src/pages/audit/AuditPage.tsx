// The audit trail: whether its chain holds, every entry, and one with what it changed.
import { getRouteApi } from "@tanstack/react-router";
import { classes } from "@/ui/classes";
import { Page } from "@/ui/page";
import { Reading } from "@/ui/reading";
import { Chain } from "./Chain";
import { Detail } from "./Detail";
import { Entries } from "./Entries";
import { Export } from "./Export";

const route = getRouteApi("/audit");

export function AuditPage() {
  const { open } = route.useSearch();
  return (
    <Page
      title="Audit"
      about="Every change of state: who, when, why, before and after. Entries can be added and nothing else."
      actions={<Export />}
    >
      <div className={classes("grid items-start gap-4", open !== undefined && "xl:grid-cols-[3fr_2fr]")}>
        {/* on a narrow screen the one that is read takes the place of the list */}
        <div className={classes("min-w-0 space-y-4", open !== undefined && "max-xl:hidden")}>
          <Chain />
          <Entries />
        </div>
        {open !== undefined && (
          <Reading key={open}>
            <Detail entryId={open} />
          </Reading>
        )}
      </div>
    </Page>
  );
}
