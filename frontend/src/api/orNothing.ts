// A question for one thing that may not be there: no failure that is tried again, but nothing, said in a panel's
// empty words.
import type { Problem } from "./problem";

interface Answered<T> {
  data: T | undefined;
  error: Problem | null;
}

/** The same question, answered by null where the engine says that there is no such thing. */
export function orNothing<T, Q extends Answered<T>>(
  query: Q & Answered<T>,
): Omit<Q, "data" | "error"> & Answered<T | null> {
  return query.error?.status === 404 ? { ...query, data: null, error: null } : query;
}
