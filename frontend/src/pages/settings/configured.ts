// The engine's settings in words, in groups as people look for them.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";

export type Setting = Shape<"Setting">;
export type EngineSettings = Shape<"EngineSettings">;

const GROUPS: readonly [string, readonly string[]][] = [
  ["Estimates", ["FACTOR_SET", "GRID_REGION", "ML_ENGINE_URL", "ML_ENGINE_KEY"]],
  [
    "Detection",
    [
      "DETECTION_POLICY",
      "FALSE_ALARMS_PER_ENTITY_WEEK",
      "THRESHOLD_INFO",
      "THRESHOLD_WARN",
      "THRESHOLD_CRITICAL",
      "HOTSPOT_CHECK_INTERVAL",
      "BASELINE_RECALC_INTERVAL",
    ],
  ],
  [
    "Language and search",
    [
      "LLM_MODEL",
      "LLM_URL",
      "LLM_API_KEY",
      "EMBEDDING_MODEL",
      "EMBEDDING_URL",
      "EMBEDDING_API_KEY",
      "RAG_SERVICE_URL",
    ],
  ],
  ["Approval and audit", ["APPROVAL_FOUR_EYES", "AUDIT_ANCHOR"]],
  ["Access", ["API_HOST", "API_PORT", "API_KEYS", "CORS_ORIGINS", "WEBHOOK_ALLOW_PRIVATE"]],
];
const REST = "Storage, feed and logs";

export interface Group {
  name: string;
  settings: Setting[];
}

/** All of them, each in one group; one that no group names stands in the last. */
export function grouped(settings: readonly Setting[]): Group[] {
  const named = new Set(GROUPS.flatMap(([, variables]) => variables));
  const groups = GROUPS.map(([name, variables]) => ({
    name,
    settings: variables.flatMap((variable) => settings.filter((each) => each.variable === variable)),
  }));
  const rest = { name: REST, settings: settings.filter(({ variable }) => !named.has(variable)) };
  return [...groups, rest].filter((group) => group.settings.length > 0);
}

/** "300 s", "on", "GB"; a secret says no more than whether it is set. */
export function valueText({ variable, value, secret, is_set }: Setting): string {
  if (secret) return is_set ? "set, not shown" : "not set";
  if (value === null || (Array.isArray(value) && value.length === 0)) return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "string") return value;
  // a port is a name, not an amount
  return variable.endsWith("_INTERVAL") ? `${number(value)} s` : String(value);
}

/** "embedded, PostgreSQL 17.2", "nexus at db.example.com:5432, PostgreSQL 17.2". */
export function databaseText({ kind, host, port, name, version }: EngineSettings["database"]): string {
  const place = [host, port].filter((part) => part !== null).join(":");
  const where = kind === "embedded" ? "embedded" : [name ?? "own", place].filter(Boolean).join(" at ");
  return `${where}, PostgreSQL ${version}`;
}
