// What-if: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function WhatIfPage() {
  return (
    <Page title="What-if">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
