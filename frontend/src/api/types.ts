// What may be asked of a path, and what it answers, read off the generated description of the API.
import type { components, paths } from "./schema";

/** One of the API's named shapes: `Shape<"Alert">`. */
export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Method = "get" | "post" | "put" | "patch" | "delete";

export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];

export type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P]
  ? paths[P][M]
  : never;

type Content<R> = R extends { content: { "application/json": infer Body } } ? Body : never;

/** The body of the answer where all went well. */
export type Answer<Op> = Op extends { responses: infer R } ? Content<R[keyof R & (200 | 201 | 202)]> : never;

type PathPart<Op> = Op extends { parameters: { path: infer P extends object } }
  ? { path: P }
  : { path?: never };

type QueryPart<Op> = Op extends { parameters: { query: infer Q extends object } }
  ? { query: Q }
  : Op extends { parameters: { query?: infer Q } }
    ? { query?: Exclude<Q, undefined> }
    : { query?: never };

type BodyOf<Content> = Content extends { "application/json": infer Body }
  ? Body
  : Content extends { "multipart/form-data": unknown }
    ? FormData
    : unknown;

type BodyPart<Op> = Op extends { requestBody: { content: infer C } }
  ? { body: BodyOf<C> }
  : Op extends { requestBody?: { content: infer C } }
    ? { body?: BodyOf<C> }
    : { body?: never };

/** What a question needs: `{ path, query }`. */
export type Asking<Op> = PathPart<Op> & QueryPart<Op>;

/** What an action needs: `{ path, query, body }`. */
export type Doing<Op> = Asking<Op> & BodyPart<Op>;

/** An argument that may be left out where nothing in it is required. */
export type Optional<T> = Record<never, never> extends T ? [given?: T] : [given: T];
