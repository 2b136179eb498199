// Asks, and keeps what was asked and answered while the page is open.
import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, Problem } from "@/api/problem";
import { raw } from "@/api/raw";
import { begun, type Exchange, type Filters, grown, historyOf } from "./conversation";
import { eventsOf } from "./events";

const BROKE_OFF = new Problem(
  0,
  "broke_off",
  "The answer broke off before its end.",
  "Ask again; what has come so far is above.",
);

export function useConversation() {
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([]);
  const said = useRef<readonly Exchange[]>([]);
  const next = useRef(1);
  const running = useRef<AbortController | null>(null);
  const set = useCallback((now: readonly Exchange[]) => {
    said.current = now;
    setExchanges(now);
  }, []);
  const change = useCallback(
    (id: number, to: (now: Exchange) => Exchange) =>
      set(said.current.map((each) => (each.id === id ? to(each) : each))),
    [set],
  );
  const stop = useCallback(() => running.current?.abort(), []);
  const ask = useCallback(
    async (question: string, filters: Filters | null) => {
      running.current?.abort();
      const aborter = new AbortController();
      running.current = aborter;
      const history = historyOf(said.current);
      const exchange = begun(next.current, question, filters);
      next.current += 1;
      set([...said.current, exchange]);
      try {
        await read({ question, filters, history }, aborter.signal, (event) =>
          change(exchange.id, (now) => grown(now, event)),
        );
        change(exchange.id, (now) =>
          now.state === "asking" ? { ...now, state: "failed", problem: BROKE_OFF } : now,
        );
      } catch (error) {
        const problem = aborter.signal.aborted ? null : asProblem(error);
        change(exchange.id, (now) =>
          now.state === "asking" ? { ...now, state: problem ? "failed" : "stopped", problem } : now,
        );
      }
    },
    [set, change],
  );
  // an answer that nobody sees any more need not be finished
  useEffect(() => stop, [stop]);
  return { exchanges, ask, stop, forget: useCallback(() => set([]), [set]) };
}

type Asked = { question: string; filters: Filters | null; history: ReturnType<typeof historyOf> };
type Take = (event: Parameters<typeof grown>[1]) => void;

async function read(asked: Asked, signal: AbortSignal, take: Take): Promise<void> {
  const response = await raw("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ ...asked, stream: true }),
    signal,
  });
  // an engine, or something before it, that does not stream answers as a whole
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    take({ event: "done", data: await response.json() });
  } else if (response.body) {
    for await (const event of eventsOf(response.body)) take(event);
  }
}
