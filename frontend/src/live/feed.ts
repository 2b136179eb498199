// One connection to /ws for the whole page: keeps it up, asks for what was missed, says how it stands.
import { CHANNELS, type Change, read } from "./messages";

export type FeedState = "live" | "reconnecting" | "paused";
/** A change, or word that changes were lost and everything has to be asked again. */
export type News = { change: Change } | { gap: true };

type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

const SUBPROTOCOL = "carbon-nexus";
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Silence of so many heartbeats means that the connection is dead, whatever the browser believes. */
const BEATS_MISSED = 2.5;

export class LiveFeed {
  state: FeedState = "reconnecting";
  private socket: Socket | null = null;
  private seq: number | null = null;
  private tries = 0;
  private heartbeatSeconds = 15;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stateListeners = new Set<() => void>();
  private readonly newsListeners = new Set<(news: News) => void>();

  constructor(private readonly open: () => Socket) {}

  start(): void {
    this.setState("reconnecting");
    this.connect();
  }

  /** Stop listening until `start`; what happens meanwhile is asked for then. */
  pause(): void {
    this.drop();
    this.setState("paused");
  }

  onState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  onNews(listener: (news: News) => void): () => void {
    this.newsListeners.add(listener);
    return () => this.newsListeners.delete(listener);
  }

  private connect(): void {
    this.drop();
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      const since = this.seq === null ? {} : { since: this.seq };
      socket.send(JSON.stringify({ subscribe: CHANNELS, ...since }));
      this.listen(this.heartbeatSeconds * BEATS_MISSED * 1000);
    };
    socket.onmessage = ({ data }) => this.hear(String(data));
    socket.onclose = () => this.lost();
  }

  private hear(frame: string): void {
    const message = read(frame);
    if (message.kind === "hello") this.heartbeatSeconds = message.heartbeatSeconds;
    this.listen(this.heartbeatSeconds * BEATS_MISSED * 1000);
    if (message.kind === "subscribed") this.joined(message.since);
    else if (message.kind === "changes") this.heardOf(message.seq, message.changes);
    else if (message.kind === "gap") {
      this.seq = message.seq;
      this.tell({ gap: true });
    } else if (message.kind === "heartbeat" && this.state === "live") {
      // one that comes before the subscription speaks of changes that were not told here
      this.seq = message.seq;
    }
  }

  private joined(since: number): void {
    this.tries = 0;
    this.seq = since;
    this.setState("live");
  }

  private heardOf(seq: number, changes: readonly Change[]): void {
    this.seq = seq;
    for (const change of changes) this.tell({ change });
  }

  private lost(): void {
    this.drop();
    this.setState("reconnecting");
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries);
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private listen(forMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(), forMs);
  }

  private drop(): void {
    clearTimeout(this.timer);
    if (this.socket === null) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  private setState(state: FeedState): void {
    if (this.state === state) return;
    this.state = state;
    for (const tell of this.stateListeners) tell();
  }

  private tell(news: News): void {
    for (const listener of this.newsListeners) listener(news);
  }
}

/** The key goes as the name of a subprotocol: a browser cannot set headers on a WebSocket, and addresses are logged. */
export function openSocket(key: string | null): WebSocket {
  const shown = key === null ? [] : [`${SUBPROTOCOL}.key.${base64url(key)}`];
  return new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`, [SUBPROTOCOL, ...shown]);
}

/** Names of subprotocols allow few letters, keys any. */
export function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
