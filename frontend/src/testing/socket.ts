// A connection whose other end is the test.
export class FakeSocket {
  sent: string[] = [];
  closed = false;
  onopen: WebSocket["onopen"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onclose: WebSocket["onclose"] = null;

  send(line: string): void {
    this.sent.push(line);
  }

  close(): void {
    this.closed = true;
  }

  /** The engine takes the connection, greets, and answers the subscription. */
  greet(seq: number, heartbeatSeconds = 15): void {
    this.onopen?.call(this as never, new Event("open"));
    this.say({ hello: { seq, channels: [], heartbeat_seconds: heartbeatSeconds } });
    const { since = seq }: { since?: number } = JSON.parse(this.sent.at(-1) ?? "{}");
    this.say({ subscribed: { channels: [], since } });
  }

  /** The engine tells of one change. */
  change(channel: string, seq: number, payload: unknown = {}): void {
    this.say({
      seq,
      changes: [{ seq, channel, event: `${channel}.changed`, at: "2026-11-26T12:00:00Z", payload }],
    });
  }

  say(message: unknown): void {
    this.onmessage?.call(this as never, new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  /** The connection breaks. */
  break(): void {
    this.onclose?.call(this as never, new CloseEvent("close"));
  }
}
