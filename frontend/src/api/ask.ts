// How a page asks the engine: options for TanStack Query, with keys that begin with the path, so that what has
// changed is asked again by path: `refresh(queries, "/alerts")`.
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { send } from "./client";
import type { Answer, Asking, Doing, Operation, Optional, PathWith } from "./types";

type Get<P extends PathWith<"get">> = Operation<P, "get">;

/** One question: `useQuery(ask("/hotspots/{hotspot_id}", { path: { hotspot_id: 5 } }))`. */
export function ask<P extends PathWith<"get">>(path: P, ...[given]: Optional<Asking<Get<P>>>) {
  return queryOptions({
    queryKey: [path, given ?? null] as const,
    queryFn: async ({ signal }): Promise<Answer<Get<P>>> =>
      (await send("get", path, given as Doing<Get<P>>, signal)).data,
  });
}

/** A page of a list, as the API's headers tell it. */
export interface Page<Row> {
  rows: Row[];
  /** Number of all rows; null where counting would take longer than the page. */
  total: number | null;
  next: number | null;
}

type RowOf<T> = T extends (infer Row)[] ? Row : never;

/** A long list, page by page: `useInfiniteQuery(askPages("/alerts", { query: { limit: 100 } }))`. */
export function askPages<P extends PathWith<"get">>(path: P, ...[given]: Optional<Asking<Get<P>>>) {
  return infiniteQueryOptions({
    queryKey: [path, given ?? null, "pages"] as const,
    queryFn: async ({ signal, pageParam }): Promise<Page<RowOf<Answer<Get<P>>>>> => {
      const { data, headers } = await send("get", path, at(given, pageParam) as Doing<Get<P>>, signal);
      return {
        rows: data as RowOf<Answer<Get<P>>>[],
        total: told(headers, "X-Total-Count"),
        next: told(headers, "X-Next-Cursor"),
      };
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });
}

/** The rows of all pages that were loaded. */
export function rowsOf<Row>(data: { pages: Page<Row>[] } | undefined): Row[] {
  return data ? data.pages.flatMap((page) => page.rows) : [];
}

/** What `useInfiniteQuery` gives of such a list, as far as loading more of it goes. */
interface Loaded<Row> {
  data: { pages: Page<Row>[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** For a table that loads the next page as its last row comes into sight: `<DataTable more={moreOf(query)} />`. */
export function moreOf<Row>(list: Loaded<Row>) {
  return {
    has: list.hasNextPage,
    busy: list.isFetchingNextPage,
    load: list.fetchNextPage,
    total: list.data?.pages[0]?.total ?? null,
  };
}

/** Ask again whatever begins with one of these paths and is shown. */
export async function refresh(queries: QueryClient, ...paths: string[]): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) =>
      typeof path === "string" && paths.some((each) => path.startsWith(each)),
  });
}

function at(given: unknown, cursor: number | null): unknown {
  if (cursor === null) return given;
  const { query, ...rest } = (given ?? {}) as { query?: object };
  return { ...rest, query: { ...query, cursor } };
}

function told(headers: Headers, name: string): number | null {
  const value = headers.get(name);
  return value === null ? null : Number(value);
}
