// Settings: how this browser shows things, and what the engine works with.
import { getRouteApi } from "@tanstack/react-router";
import { Page } from "@/ui/page";
import { Appearance } from "./Appearance";
import { CalendarPanel } from "./CalendarPanel";
import { Configured } from "./Configured";
import { Engine } from "./Engine";
import { FactorSets, Factors } from "./Factors";
import { Profiles } from "./Profiles";

const route = getRouteApi("/settings");

export function SettingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...part }) });
  return (
    <Page title="Settings" about="How this browser shows things, and what the engine works with.">
      <div className="grid gap-4 lg:grid-cols-2">
        <div className="grid min-w-0 gap-4 lg:grid-rows-[auto_1fr]">
          <Appearance />
          <CalendarPanel />
        </div>
        <div className="grid min-w-0 gap-4 lg:grid-rows-[auto_1fr]">
          <Engine />
          <FactorSets />
        </div>
        <Profiles openName={search.profile} onOpen={(profile) => change({ profile })} />
        <Factors search={search.factor} onSearch={(factor) => change({ factor })} />
        <Configured />
      </div>
    </Page>
  );
}
