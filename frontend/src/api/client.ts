// Requests to the engine: typed by its OpenAPI description, with the key of this tab, errors as `Problem`.
import createClient from "openapi-fetch";
import { apiKey, keyRefused } from "./key";
import { asProblem, problemOf } from "./problem";
import type { paths } from "./schema";
import type { Answer, Doing, Method, Operation, PathWith } from "./types";

export interface Answered<T> {
  data: T;
  headers: Headers;
}

// the page is served by the engine itself, so that its address is the page's own
const client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => fetch(request) });

client.use({
  onRequest({ request }) {
    const key = apiKey();
    if (key) request.headers.set("Authorization", `Bearer ${key}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) keyRefused();
  },
});

interface Given {
  path?: object;
  query?: object;
  body?: unknown;
}

/** Send one request; its answer with headers, or a `Problem`. */
export const send = sendAny as <M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  given: Doing<Operation<P, M>> | undefined,
  signal?: AbortSignal,
) => Promise<Answered<Answer<Operation<P, M>>>>;

async function sendAny(
  method: string,
  path: string,
  given?: Given,
  signal?: AbortSignal,
): Promise<Answered<unknown>> {
  const { path: inPath, query, body } = given ?? {};
  const options = { params: { path: inPath, query }, body, signal, ...asForm(body) };
  // openapi-fetch types a path that is known; here it is any of them, and the types above hold instead
  const request = client.request as unknown as (
    ...all: unknown[]
  ) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
  try {
    const { data, error, response } = await request(method, path, options);
    if (!response.ok) throw problemOf(response.status, error);
    return { data, headers: response.headers };
  } catch (error) {
    // a question that nobody waits for any more is no problem
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw asProblem(error);
  }
}

function asForm(body: unknown): object {
  return body instanceof FormData ? { bodySerializer: (form: FormData) => form } : {};
}
