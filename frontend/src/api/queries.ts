// The one store of answers: how long they hold, when they are asked again.
import { QueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "./problem";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Problem;
  }
}

const FRESH_MS = 10_000;
/** Without a live feed a page asks again this often. */
export const POLL_MS = 30_000;
const MOST_TRIES = 2;

export function makeQueryClient(polls: () => boolean): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        refetchInterval: () => (polls() ? POLL_MS : false),
        // what the engine refuses once it refuses again; only silence and outages are worth another try
        retry: (count, error) => count < MOST_TRIES && [0, 502, 503, 504].includes(asProblem(error).status),
      },
      mutations: { retry: false },
    },
  });
}
