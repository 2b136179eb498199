// What could be done: the queue of decisions, one recommendation in full, and what several save together.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { label } from "@/lib/sentence";
import { useLive } from "@/live/useLive";
import { classes } from "@/ui/classes";
import { Segments } from "@/ui/field";
import { Page } from "@/ui/page";
import { Detail } from "./Detail";
import { STATUSES } from "./decisions";
import { PassageSheet } from "./PassageSheet";
import { Queue } from "./Queue";

const route = getRouteApi("/recommendations");

export function RecommendationsPage() {
  useLive(["recommendations"]);
  const { open } = route.useSearch();
  return (
    <Page
      title="Recommendations"
      about="Measures for what stands out, each with the saving it would have had on that entity's own events."
    >
      {/* below the title: there it scrolls by itself where it is too wide for the screen */}
      <div className="mb-4 overflow-x-auto">
        <ByStatus />
      </div>
      <div className={classes("grid items-start gap-4", open !== undefined && "xl:grid-cols-[3fr_2fr]")}>
        {/* on a narrow screen the one that is read takes the place of the list */}
        <div className={classes("min-w-0 space-y-4", open !== undefined && "max-xl:hidden")}>
          <Queue />
        </div>
        {open !== undefined && <Detail key={open} recId={open} />}
      </div>
      <PassageSheet />
    </Page>
  );
}

function ByStatus() {
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const stats = useQuery(ask("/recommendations/stats"));
  const counted = (name: string, count: number | undefined) =>
    count ? `${label(name)} ${count.toLocaleString("en-GB")}` : label(name);
  const options = [
    ...STATUSES.map((each) => ({ value: each, label: counted(each, stats.data?.by_status[each]) })),
    { value: "all" as const, label: counted("all", stats.data?.total) },
  ];
  return (
    <Segments
      label="Status"
      value={status}
      onValue={(next) => void navigate({ search: (now) => ({ ...now, status: next }) })}
      options={options}
    />
  );
}
