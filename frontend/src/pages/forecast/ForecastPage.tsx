// Forecast: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function ForecastPage() {
  return (
    <Page title="Forecast">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
