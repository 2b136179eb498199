// What went wrong with a request, in words a person can act on. The engine's errors have one shape:
// {detail, code, remedy}, where `detail` of a 422 is a list with one entry per field.

export interface FieldProblem {
  /** Where in what was sent, such as "body.amount_kg". */
  where: string;
  message: string;
}

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** HTTP status; 0 where no answer came at all. */
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly remedy = "",
    readonly fields: FieldProblem[] = [],
  ) {
    super(detail);
  }
}

const NO_ANSWER = new Problem(
  0,
  "no_answer",
  "The engine does not answer.",
  "Check that it runs and that this machine reaches it; the page goes on by itself once it does.",
);

/** The problem that an answer with an error status tells of. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isRecord(body)) return new Problem(status, "http_error", `The engine answered ${status}.`);
  const code = typeof body.code === "string" ? body.code : "http_error";
  const remedy = typeof body.remedy === "string" ? body.remedy : "";
  if (!Array.isArray(body.detail)) return new Problem(status, code, String(body.detail ?? status), remedy);
  const fields = body.detail.filter(isRecord).map(fieldProblem);
  return new Problem(status, code, fields.map(inWords).join("; "), remedy, fields);
}

/** Any thrown value as a problem: fetch throws a TypeError where no answer came. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return NO_ANSWER;
  return new Problem(0, "page_error", error instanceof Error ? error.message : String(error));
}

function fieldProblem(entry: Record<string, unknown>): FieldProblem {
  const where = Array.isArray(entry.loc) ? entry.loc.filter((part) => part !== "body").join(".") : "";
  return { where, message: String(entry.msg ?? "") };
}

function inWords({ where, message }: FieldProblem): string {
  return where ? `${where}: ${message}` : message;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
