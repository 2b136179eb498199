// What-if: a question about stored events, scenarios that are kept and compared, and electricity in cleaner hours.
import { getRouteApi } from "@tanstack/react-router";
import { Segments } from "@/ui/field";
import { Page } from "@/ui/page";
import { Ask } from "./Ask";
import { Hours } from "./Hours";
import { Kept } from "./Kept";

const here = getRouteApi("/what-if");
const VIEWS = [
  { value: "ask", label: "Question" },
  { value: "kept", label: "Scenarios" },
  { value: "hours", label: "Cleaner hours" },
] as const;

export function WhatIfPage() {
  const { view } = here.useSearch();
  const navigate = here.useNavigate();
  return (
    <Page
      title="What-if"
      about="What would have come out otherwise. No real number is touched."
      actions={
        <Segments
          label="View"
          value={view}
          options={VIEWS}
          onValue={(next) => void navigate({ search: (now) => ({ ...now, view: next, run: false }) })}
        />
      }
    >
      {view === "ask" && <Ask />}
      {view === "kept" && <Kept />}
      {view === "hours" && <Hours />}
    </Page>
  );
}
