// Savings: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function SavingsPage() {
  return (
    <Page title="Savings">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
