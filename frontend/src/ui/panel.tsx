// A box that holds one answer, with its four states: loading, empty with the next step, error with a retry that
// names what failed, and partial, where something is shown but not all of it.
import { Inbox, RotateCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { Button } from "./button";
import { classes } from "./classes";
import { Time } from "./time";

/** What a panel needs to know of a question; every result of useQuery has it. */
export interface Asked<T> {
  data: T | undefined;
  isPending: boolean;
  error: Problem | null;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

interface Given<T> {
  title: string;
  query: Asked<T>;
  children: (data: T) => ReactNode;
  /** Whether there is nothing to show. */
  isEmpty?: (data: T) => boolean;
  /** What to say then, and what to do next: a link or button. */
  empty?: { words: string; next?: ReactNode };
  /** What is missing from what is shown; null where nothing is. */
  partial?: (data: T) => ReactNode;
  /** Buttons and links beside the title. */
  actions?: ReactNode;
  className?: string;
  /** Height while loading, so that nothing jumps. */
  lines?: number;
}

export function Panel<T>(given: Given<T>) {
  const heading = useId();
  return (
    <section
      aria-labelledby={heading}
      aria-busy={given.query.isPending || undefined}
      className={classes("flex min-w-0 flex-col rounded-lg border bg-surface", given.className)}
    >
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 px-4 pt-2">
        <h2 id={heading} className="text-base font-semibold">
          {given.title}
        </h2>
        {given.actions && <div className="flex min-w-0 flex-wrap items-center gap-1">{given.actions}</div>}
      </header>
      <div className="min-w-0 flex-1 px-4 pt-1 pb-4">{content(given)}</div>
    </section>
  );
}

function content<T>({ title, query, children, isEmpty, empty, partial, lines = 4 }: Given<T>): ReactNode {
  const { data, error } = query;
  if (data === undefined) {
    return error ? (
      <Failed what={title} problem={error} retry={query.refetch} />
    ) : (
      <Loading lines={lines} what={title} />
    );
  }
  const nothing = isEmpty?.(data) ?? false;
  const missing = error ? (
    <>
      As it was <Time at={new Date(query.dataUpdatedAt)} />: {asProblem(error).message}
    </>
  ) : nothing ? null : (
    partial?.(data)
  );
  return (
    <>
      {missing && <Missing>{missing}</Missing>}
      {nothing ? <Empty {...(empty ?? { words: "There is nothing here." })} /> : children(data)}
    </>
  );
}

/** Several questions as one: nothing is shown before all are answered; the first that failed is named. */
export function together<T extends Record<string, unknown>>(
  queries: { [K in keyof T]: Asked<T[K]> },
): Asked<T> {
  const all: [string, Asked<unknown>][] = Object.entries(queries);
  const complete = all.every(([, query]) => query.data !== undefined);
  return {
    data: complete ? (Object.fromEntries(all.map(([name, query]) => [name, query.data])) as T) : undefined,
    isPending: all.some(([, query]) => query.isPending),
    error: all.find(([, query]) => query.error)?.[1].error ?? null,
    dataUpdatedAt: Math.min(...all.map(([, query]) => query.dataUpdatedAt)),
    refetch: () => Promise.all(all.filter(([, query]) => query.error).map(([, query]) => query.refetch())),
  };
}

export function Loading({ lines, what }: { lines: number; what: string }) {
  const widths = ["w-3/4", "w-full", "w-5/6", "w-2/3"];
  return (
    <div role="status" className="space-y-2.5 py-1">
      <span className="sr-only">Loading {what.toLowerCase()}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a skeleton have no other name
        <div key={at} aria-hidden className={classes("skeleton h-4", widths[at % widths.length])} />
      ))}
    </div>
  );
}

export function Empty({ words, next }: { words: string; next?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-6 text-center text-muted">
      <Inbox size={20} aria-hidden />
      <p className="max-w-prose">{words}</p>
      {next}
    </div>
  );
}

export function Failed({ what, problem, retry }: { what: string; problem: Problem; retry: () => unknown }) {
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-2 rounded-md border border-critical/40 bg-critical-soft p-3"
    >
      <p className="font-medium text-critical">{what} could not be loaded</p>
      <p>
        {problem.message} {problem.remedy}
      </p>
      <Button icon={RotateCw} onClick={() => void retry()}>
        Try again
      </Button>
    </div>
  );
}

/** The line that says what is missing from what is shown. */
export function Missing({ children }: { children: ReactNode }) {
  return (
    <p className="mb-3 flex items-start gap-2 rounded-md border border-warn/40 bg-warn-soft px-2.5 py-1.5 text-sm">
      <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
