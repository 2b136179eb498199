// An answer as it comes, for what is no JSON: a file, a stream. With the key of this tab; errors as `Problem`.
import { apiKey, keyRefused } from "./key";
import { asProblem, problemOf } from "./problem";

/** `const text = await (await raw("/api/v1/ingest/jobs/5/rejected")).text()` */
export async function raw(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const key = apiKey();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  try {
    const response = await fetch(new Request(new URL(path, location.origin), { ...init, headers }));
    if (response.status === 401) keyRefused();
    if (!response.ok) throw problemOf(response.status, await bodyOf(response));
    return response;
  } catch (error) {
    // what nobody waits for any more is no problem
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw asProblem(error);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
