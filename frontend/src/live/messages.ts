// What the engine says over /ws, read without trust.

export const CHANNELS = ["emissions", "hotspots", "alerts", "recommendations", "ingest_jobs"] as const;
export type Channel = (typeof CHANNELS)[number];

/** One committed change. */
export interface Change {
  seq: number;
  channel: Channel;
  event: string;
  at: string;
  payload: unknown;
}

export type Message =
  | { kind: "hello"; seq: number; heartbeatSeconds: number }
  | { kind: "change"; change: Change }
  | { kind: "heartbeat"; seq: number }
  | { kind: "gap" }
  | { kind: "unknown" };

const HEARTBEAT_SECONDS = 15;

/** A line of the feed. What is not known is passed over: a newer engine may say more. */
export function read(line: string): Message {
  const said = parsed(line);
  if (isRecord(said.hello)) {
    return {
      kind: "hello",
      seq: whole(said.hello.seq),
      heartbeatSeconds: Number(said.hello.heartbeat_seconds) || HEARTBEAT_SECONDS,
    };
  }
  if ("heartbeat" in said) return { kind: "heartbeat", seq: whole(said.heartbeat) };
  if ("gap" in said) return { kind: "gap" };
  const channel = CHANNELS.find((each) => each === said.channel);
  if (channel === undefined || typeof said.seq !== "number") return { kind: "unknown" };
  const { seq, payload } = said;
  return {
    kind: "change",
    change: { seq, channel, event: String(said.event), at: String(said.at), payload },
  };
}

function parsed(line: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(line);
    return isRecord(said) ? said : {};
  } catch {
    return {};
  }
}

function whole(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
