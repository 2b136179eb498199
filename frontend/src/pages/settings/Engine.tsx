// What the page runs with: the engine, its models, the live feed, and whether a key is used.
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

interface State extends Record<string, unknown> {
  root: Shape<"Root">;
  health: Shape<"Health">;
  models: Shape<"EngineHealth">;
}

export function Engine() {
  const query = together<State>({
    root: useQuery(ask("/")),
    health: useQuery(ask("/health")),
    models: useQuery(ask("/api/v1/health")),
  });
  const feed = useFeedState();
  return (
    <Panel title="Engine" query={query} partial={({ models }) => missingModels(models.models_loaded)}>
      {({ root, health, models }) => (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          <dt className="text-muted">Service</dt>
          <dd>
            {root.service} {root.version}
          </dd>
          <dt className="text-muted">State</dt>
          <dd>
            <Badge tone={health.status === "healthy" ? "good" : "warn"}>{health.status}</Badge>
          </dd>
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
            {root.websocket && <span className="text-muted"> ({root.websocket})</span>}
          </dd>
          <dt className="text-muted">Address</dt>
          <dd className="break-all">
            {location.origin}{" "}
            <a href="/docs" className="text-accent underline">
              API documentation
            </a>
          </dd>
          <Key />
        </dl>
      )}
    </Panel>
  );
}

function Key() {
  const key = useSyncExternalStore(watchKey, apiKey);
  return (
    <>
      <dt className="text-muted">API key</dt>
      <dd>
        {key === null ? (
          "none: this engine asks for none"
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
