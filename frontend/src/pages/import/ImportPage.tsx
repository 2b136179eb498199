// Import: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function ImportPage() {
  return (
    <Page title="Import">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
