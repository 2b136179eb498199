// Assistant: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function AssistantPage() {
  return (
    <Page title="Assistant">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
