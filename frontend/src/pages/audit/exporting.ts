// The trail as a file: its address, and how it is fetched where a key has to go along.
import { apiKey } from "@/api/key";
import { problemOf } from "@/api/problem";
import type { Asked } from "./filters";

export type Format = "ndjson" | "csv";

/** The address of the entries that are asked for, as a file. */
export function exportPath(asked: Asked, format: Format): string {
  return `/audit/export?${new URLSearchParams({ format, ...asked })}`;
}

/** Fetch it with this tab's key, which a plain link cannot send, and hand it to the browser as a file. */
export async function fetchExport(path: string, name: string): Promise<void> {
  const key = apiKey();
  const request = new Request(new URL(path, location.origin), {
    headers: key === null ? {} : { Authorization: `Bearer ${key}` },
  });
  const answer = await fetch(request);
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // the browser has to have begun before the address goes
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
