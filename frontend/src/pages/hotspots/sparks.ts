// The trends of all rows that are loaded: one question for each page of the list.
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ask, type Page } from "@/api/ask";
import type { Shape } from "@/api/types";
import { type Trend, trendOf } from "./ratios";
import type { Listed } from "./words";

/** A trend may be a little old. */
const FRESH_MS = 5 * 60_000;

/** The trend of a row; null where there is none. */
export type Spark = Trend | null | "loading" | "not loaded";
type Known = ReadonlyMap<number, Trend | null>;

export function useSparks(pages: readonly Page<Listed>[]): (hotspotId: number) => Spark {
  const { found, failed } = useQueries({ queries: pages.map(questionOf), combine: together });
  const [known, know] = useState<Known>(new Map());
  // a row that is new moves all others to other questions: what is known of them stays until these are answered
  useEffect(() => know((before) => (found.size > 0 ? new Map([...before, ...found]) : before)), [found]);
  return useCallback(
    (id) => {
      const trend = found.get(id) ?? known.get(id);
      return trend === undefined ? (failed ? "not loaded" : "loading") : trend;
    },
    [found, known, failed],
  );
}

function questionOf({ rows }: Page<Listed>) {
  return {
    ...ask("/hotspots/sparks", { query: { id: rows.map(({ id }) => id) } }),
    staleTime: FRESH_MS,
    enabled: rows.length > 0,
  };
}

function together(answers: UseQueryResult<Shape<"HotspotSparks">>[]): { found: Known; failed: boolean } {
  const sparks = answers.flatMap(({ data }) => data?.sparks ?? []);
  return {
    found: new Map(sparks.map(({ hotspot_id, ratios }) => [hotspot_id, trendOf(ratios)])),
    failed: answers.some(({ error }) => error !== null),
  };
}
