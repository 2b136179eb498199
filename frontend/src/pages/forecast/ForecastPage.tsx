// Forecast: the days ahead of any series with how sure they are, how good it was before, and targets.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { Ahead } from "./Ahead";
import { BurnDown } from "./BurnDown";
import { Controls } from "./Controls";
import { Parts } from "./Parts";
import { LastForecast, MeasuredError } from "./Record";
import { questionOf } from "./series";
import { Targets } from "./Targets";

const here = getRouteApi("/forecast");

export function ForecastPage() {
  useLive(["emissions"]);
  const search = here.useSearch();
  const forecast = useQuery(ask("/forecasts", { query: questionOf(search) }));
  const progress = useQuery(ask("/targets/progress", { query: { month: search.month || null } }));
  return (
    <Page title="Forecast" about="What the next days will probably come to, and whether targets hold.">
      <Controls />
      <div className="grid gap-4 lg:grid-cols-3">
        <Ahead query={forecast} level={search.level} />
        <Parts query={forecast} />
        <LastForecast query={forecast} />
        <MeasuredError query={forecast} />
        <Targets query={progress} />
        {search.target !== undefined && (
          <BurnDown key={search.target} id={search.target} month={search.month} />
        )}
      </div>
    </Page>
  );
}
