// Recommendations: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function RecommendationsPage() {
  return (
    <Page title="Recommendations">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
