// What the page talks to: the engine, its database, models and live feed, and under which name one acts.
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useSyncExternalStore } from "react";
import { ask } from "@/api/ask";
import { apiKey, forgetKey, watchKey } from "@/api/key";
import type { Shape } from "@/api/types";
import { label } from "@/lib/sentence";
import { useFeedState } from "@/live/useLive";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Panel, together } from "@/ui/panel";
import { databaseText, type EngineSettings } from "./configured";

const WAKERS = { postgresql: "PostgreSQL", redis: "Redis" } as const;

interface State extends Record<string, unknown> {
  root: Shape<"Root">;
  health: Shape<"Health">;
  models: Shape<"EngineHealth">;
  settings: EngineSettings;
}

export function Engine() {
  const query = together<State>({
    root: useQuery(ask("/")),
    health: useQuery(ask("/health")),
    models: useQuery(ask("/api/v1/health")),
    settings: useQuery(ask("/settings")),
  });
  const feed = useFeedState();
  return (
    <Panel title="Engine" query={query} partial={({ models }) => missingModels(models.models_loaded)}>
      {({ root, health, models, settings }) => (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          <dt className="text-muted">Service</dt>
          <dd>
            {root.service} {root.version}
          </dd>
          <dt className="text-muted">State</dt>
          <dd>
            <Badge tone={health.status === "healthy" ? "good" : "warn"}>{health.status}</Badge>
          </dd>
          <dt className="text-muted">Database</dt>
          <dd className="break-all">{databaseText(settings.database)}</dd>
          <dt className="text-muted">Estimators</dt>
          <dd className="flex flex-wrap gap-1">
            {Object.entries(models.models_loaded).map(([name, loaded]) => (
              <Badge key={name} tone={loaded ? "good" : "warn"}>
                {label(name)}: {loaded ? "ready" : "not loaded"}
              </Badge>
            ))}
          </dd>
          <dt className="text-muted">Live feed</dt>
          <dd>
            {label(feed)}
            <span className="text-muted">
              {`, woken by ${WAKERS[settings.live_by]}; what was missed is told for ${settings.live_kept_hours} hours`}
            </span>
          </dd>
          <dt className="text-muted">Address</dt>
          <dd className="break-all">
            {location.origin}{" "}
            <a href="/docs" className="text-accent underline">
              API documentation
            </a>
          </dd>
          <dt className="text-muted">You act as</dt>
          <dd>
            <code>{settings.actor}</code>
            <span className="text-muted"> on the audit trail</span>
          </dd>
          <Key needed={settings.keys_needed} />
        </dl>
      )}
    </Panel>
  );
}

function Key({ needed }: { needed: boolean }) {
  const key = useSyncExternalStore(watchKey, apiKey);
  return (
    <>
      <dt className="text-muted">API key</dt>
      <dd>
        {key === null ? (
          `none${needed ? "" : ": this engine asks for none"}`
        ) : (
          <Button icon={KeyRound} onClick={forgetKey}>
            Forget the key of this tab
          </Button>
        )}
      </dd>
    </>
  );
}

/** Which estimators are not there; null where all are. */
export function missingModels(loaded: Record<string, boolean>): string | null {
  const missing = Object.keys(loaded).filter((name) => !loaded[name]);
  return missing.length > 0 ? `Not loaded: ${missing.join(", ")}. Figures that need them are missing.` : null;
}
