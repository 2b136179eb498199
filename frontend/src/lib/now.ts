// One clock for all relative times of the page.
import { useSyncExternalStore } from "react";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present time, renewed every quarter of a minute. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => {
    // while nobody listened the clock stood still
    if (timer === undefined && Date.now() - now.getTime() > TICK_MS) now = new Date();
    return now;
  });
}
