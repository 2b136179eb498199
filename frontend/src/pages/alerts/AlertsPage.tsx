// Alerts: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function AlertsPage() {
  return (
    <Page title="Alerts">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
