// Hotspots: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function HotspotsPage() {
  return (
    <Page title="Hotspots">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
