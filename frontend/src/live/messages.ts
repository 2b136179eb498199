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
  | { kind: "hello"; heartbeatSeconds: number }
  /** What is told from here on is all that comes after this number. */
  | { kind: "subscribed"; since: number }
  | { kind: "changes"; seq: number; changes: Change[] }
  | { kind: "heartbeat"; seq: number }
  /** Changes up to this number are lost to this client. */
  | { kind: "gap"; seq: number }
  | { kind: "unknown" };

const HEARTBEAT_SECONDS = 15;

/** A frame of the feed. What is not known is passed over: a newer engine may say more. */
export function read(frame: string): Message {
  const said = parsed(frame);
  if (isRecord(said.hello)) {
    return { kind: "hello", heartbeatSeconds: Number(said.hello.heartbeat_seconds) || HEARTBEAT_SECONDS };
  }
  if (isRecord(said.subscribed)) return { kind: "subscribed", since: whole(said.subscribed.since) };
  if (isRecord(said.gap)) return { kind: "gap", seq: whole(said.gap.seq) };
  if ("heartbeat" in said) return { kind: "heartbeat", seq: whole(said.heartbeat) };
  if (!Array.isArray(said.changes)) return { kind: "unknown" };
  return { kind: "changes", seq: whole(said.seq), changes: said.changes.filter(isRecord).flatMap(changeOf) };
}

function changeOf({ seq, channel, event, at, payload }: Record<string, unknown>): Change[] {
  const known = CHANNELS.find((each) => each === channel);
  return known ? [{ seq: whole(seq), channel: known, event: String(event), at: String(at), payload }] : [];
}

function parsed(frame: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(frame);
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
