// What an address carries of a page's state: named parameters, each with a value for when it is missing or wrong.
//
//   export const search = searchOf({ severity: choice(["all", "critical"], "all"), q: text() });
//   createRoute({ path: "/hotspots", ...search, ... })
import { type SearchSchemaInput, stripSearchParams } from "@tanstack/react-router";

/** One parameter: reads whatever an address says, never fails. */
export interface Param<T> {
  otherwise: T;
  read: (raw: unknown) => T | undefined;
}

type Values<S extends Record<string, Param<unknown>>> = { [K in keyof S]: S[K]["otherwise"] };

/** One of several words. */
export function choice<const T extends string>(words: readonly T[], otherwise: NoInfer<T>): Param<T> {
  return { otherwise, read: (raw) => words.find((word) => word === raw) };
}

/** Any text; numbers that were typed into the address are text too. */
export function text(otherwise = ""): Param<string> {
  return { otherwise, read: (raw) => (["string", "number"].includes(typeof raw) ? String(raw) : undefined) };
}

/** A number within bounds. */
export function amount(otherwise: number, least = -Infinity, most = Infinity): Param<number> {
  return { otherwise, read: (raw) => readNumber(raw, least, most) };
}

/** A whole number that may be missing, such as an id. */
export function id(): Param<number | undefined> {
  return {
    otherwise: undefined,
    read: (raw) => {
      const number = readNumber(raw, 0, Number.MAX_SAFE_INTEGER);
      return Number.isInteger(number) ? number : undefined;
    },
  };
}

/** Yes or no. */
export function flag(otherwise = false): Param<boolean> {
  return { otherwise, read: (raw) => (typeof raw === "boolean" ? raw : undefined) };
}

/** Several texts, such as what is compared. */
export function several(otherwise: string[] = []): Param<string[]> {
  return { otherwise, read: (raw) => (Array.isArray(raw) ? raw.map(String) : undefined) };
}

/** The search part of a route's options. Values that are as they would be anyway stay out of the address. */
export function searchOf<S extends Record<string, Param<unknown>>>(shape: S) {
  const defaults = Object.fromEntries(Object.entries(shape).map(([name, param]) => [name, param.otherwise]));
  return {
    validateSearch: (raw: Partial<Values<S>> & SearchSchemaInput): Values<S> => {
      const given = raw as Record<string, unknown>;
      const read = Object.entries(shape).map(([name, param]) => [
        name,
        param.read(given[name]) ?? param.otherwise,
      ]);
      return Object.fromEntries(read) as Values<S>;
    },
    search: { middlewares: [stripSearchParams<Values<S>>(defaults as never)] },
  };
}

function readNumber(raw: unknown, least: number, most: number): number | undefined {
  const number = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
  return typeof number === "number" && number >= least && number <= most ? number : undefined;
}
