// Hotspot: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function HotspotPage() {
  return (
    <Page title="Hotspot">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
