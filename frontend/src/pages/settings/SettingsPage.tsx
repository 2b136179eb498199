// Settings: not written yet.

import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";

export function SettingsPage() {
  return (
    <Page title="Settings">
      <Empty words="This page is not written yet." />
    </Page>
  );
}
