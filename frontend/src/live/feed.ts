// One connection to /ws for the whole page: keeps it up, asks for what was missed, says how it stands.
import { CHANNELS, type Change, read } from "./messages";

export type FeedState = "live" | "reconnecting" | "paused";
/** A change, or word that changes were lost and everything has to be asked again. */
export type News = { change: Change } | { gap: true };

type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

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

  private hear(line: string): void {
    const message = read(line);
    this.listen(this.heartbeatSeconds * BEATS_MISSED * 1000);
    if (message.kind === "hello") this.greeted(message.seq, message.heartbeatSeconds);
    else if (message.kind === "heartbeat") this.seq = Math.max(this.seq ?? 0, message.seq);
    else if (message.kind === "gap") this.tell({ gap: true });
    else if (message.kind === "change") {
      // what is replayed after a reconnect may overlap with what was heard
      if (this.seq !== null && message.change.seq <= this.seq) return;
      this.seq = message.change.seq;
      this.tell({ change: message.change });
    }
  }

  private greeted(seq: number, heartbeatSeconds: number): void {
    this.heartbeatSeconds = heartbeatSeconds;
    this.tries = 0;
    this.seq ??= seq;
    // numbers that went back mean another database: nothing that is shown holds any more
    if (seq < this.seq) {
      this.seq = seq;
      this.tell({ gap: true });
    }
    this.setState("live");
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

/** The one place that knows how a browser, which cannot set headers on a WebSocket, hands over the key. */
export function openSocket(key: string | null): WebSocket {
  const address = `${location.origin.replace(/^http/, "ws")}/ws`;
  return key === null ? new WebSocket(address) : new WebSocket(address, ["bearer", key]);
}
