// A conversation: questions, what has come of each answer so far, and what the next question takes along.
import type { Problem } from "@/api/problem";
import type { Shape } from "@/api/types";
import type { ServerEvent } from "./events";

export const TYPES = ["all", "logistics", "delivery", "factory", "warehouse"] as const;
export const LONGEST_DAYS = 3660;
export const LONGEST_QUESTION = 2_000;
/** As much of the conversation as the engine takes. */
const MOST_TURNS = 20;
const LONGEST_TURN = 20_000;

export type Answer = Shape<"Answer">;
export type Figure = Shape<"LiveFigure">;
export type Citation = Shape<"Citation">;
export type Filters = Shape<"Filters">;

export interface Exchange {
  id: number;
  question: string;
  filters: Filters | null;
  /** Sentences so far; the whole answer once it is done. */
  text: string;
  figures: Figure[];
  citations: Citation[];
  /** The whole answer, once it is there. */
  whole: Answer | null;
  state: "asking" | "done" | "stopped" | "failed";
  problem: Problem | null;
}

export function begun(id: number, question: string, filters: Filters | null): Exchange {
  return {
    id,
    question,
    filters,
    text: "",
    figures: [],
    citations: [],
    whole: null,
    state: "asking",
    problem: null,
  };
}

/** The exchange after one more event of the stream; what a newer engine says beyond that is passed over. */
export function grown(exchange: Exchange, { event, data }: ServerEvent): Exchange {
  if (event === "figures" && Array.isArray(data)) return { ...exchange, figures: data as Figure[] };
  if (event === "citations" && Array.isArray(data)) return { ...exchange, citations: data as Citation[] };
  if (event === "text" && isRecord(data) && typeof data.text === "string") {
    return { ...exchange, text: exchange.text ? `${exchange.text}\n${data.text}` : data.text };
  }
  if (event === "done" && isRecord(data) && typeof data.answer === "string") {
    const whole = data as unknown as Answer;
    const { answer, figures, citations } = whole;
    return { ...exchange, text: answer, figures, citations, whole, state: "done" };
  }
  return exchange;
}

/** What was said before, oldest first, for the engine to know what "and yesterday?" is about. */
export function historyOf(exchanges: readonly Exchange[]): Shape<"Turn">[] {
  return exchanges
    .filter(({ whole }) => whole !== null)
    .flatMap(({ question, text }) => [
      { role: "user" as const, content: question },
      { role: "assistant" as const, content: text.slice(0, LONGEST_TURN) },
    ])
    .slice(-MOST_TURNS);
}

/** Filters as the engine takes them; null where there are none. */
export function filtersOf(given: { entity: string; type: string; days: number }): Filters | null {
  const filters = {
    ...(given.entity ? { entity: given.entity } : {}),
    ...(given.type === "all" ? {} : { event_type: given.type }),
    ...(given.days > 0 ? { days: Math.round(given.days) } : {}),
  };
  return Object.keys(filters).length > 0 ? filters : null;
}

/** A text and the sources it names, in turn: "[F1] open hotspots" is a source and a text. */
export function pieces(text: string): { source: string | null; words: string }[] {
  return text
    .split(/(\[[FP]\d+\])/)
    .filter((words) => words !== "")
    .map((words) => {
      const source = /^\[([FP]\d+)\]$/.exec(words)?.[1] ?? null;
      return { source, words };
    });
}

/** How the words came about, for those who have to judge them. */
export function originOf(answer: Answer): string[] {
  const passages =
    answer.how === "hybrid" ? "passages found by words and meaning" : "passages found by words";
  if (answer.model === null) return ["no language model wrote", passages];
  const kept = {
    grounded: "every sentence has a source",
    partly: `${answer.dropped} of its sentences dropped for want of a source`,
    ungrounded: "none of its sentences had a source, so none is shown",
  };
  return [`written by ${answer.model}`, ...(answer.grounded ? [kept[answer.grounded]] : []), passages];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
