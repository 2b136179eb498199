// Data quality: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function DataQualityPage() {
  return (
    <Page title="Data quality">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
