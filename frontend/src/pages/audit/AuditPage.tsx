// Audit: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function AuditPage() {
  return (
    <Page title="Audit">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
