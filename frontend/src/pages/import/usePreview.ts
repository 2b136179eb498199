// What the engine would make of a file, asked again whenever something else is told of it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "@/api/client";
import type { Asked } from "@/ui/panel";
import { formOf, type Preview, type Told } from "./mapping";

const LOOK = "/api/v1/ingest/preview";

export interface Previewed {
  asked: Asked<Preview>;
  /** The one shown answers what was told before. */
  checking: boolean;
}

export function usePreview(file: File | null, source: string, told: Told): Previewed {
  const name = file ? `${file.name} ${file.size} ${file.lastModified}` : "";
  const query = useQuery({
    queryKey: ["preview of a file", name, source, told],
    queryFn: async ({ signal }): Promise<Preview> => {
      if (file === null) throw new Error("There is no file to look at.");
      const given = { body: formOf(file, source, told) };
      // said in full: found out from the arguments, the type is too large for the compiler
      return (await send<"post", typeof LOOK>("post", LOOK, given, signal)).data;
    },
    enabled: file !== null,
    // a file does not change by itself, and a large one is not sent again without need
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { error, refetch, isFetching, dataUpdatedAt } = query;
  // the columns stay while it is checked and where a check fails: they are what is mended
  const [last, setLast] = useState<{ name: string; data: Preview; at: number } | null>(null);
  if (query.data && (last?.data !== query.data || last.name !== name))
    setLast({ name, data: query.data, at: dataUpdatedAt });
  const held = last?.name === name ? last : null;
  const data = query.data ?? held?.data;
  return {
    asked: {
      data,
      error,
      refetch,
      isPending: data === undefined && query.isPending,
      dataUpdatedAt: query.data ? dataUpdatedAt : (held?.at ?? 0),
    },
    checking: isFetching,
  };
}
