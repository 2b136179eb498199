// Rules: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function RulesPage() {
  return (
    <Page title="Rules">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
