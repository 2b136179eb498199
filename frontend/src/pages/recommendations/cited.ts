// The passages that a proposal and a summary stand on, read from what the API keeps beside them.

export interface Cited {
  passageId: number;
  /** Null where it is of a measure of the library and not of a document. */
  documentId: number | null;
  measureId: string | null;
  title: string;
  /** "Defrosting, page 4"; empty where neither is known. */
  place: string;
}

export interface Claim {
  text: string;
  passages: Cited[];
}

/** Passages of `provenance.evidence` or of a claim; what is no passage is left out. */
export function citedIn(value: unknown): Cited[] {
  return listOf(value).flatMap((each) => {
    const passageId = each.passage_id ?? each.id;
    if (typeof passageId !== "number") return [];
    const { document_id, measure_id, title, heading, page } = each;
    return [
      {
        passageId,
        documentId: typeof document_id === "number" ? document_id : null,
        measureId: typeof measure_id === "string" ? measure_id : null,
        title: typeof title === "string" ? title : "Untitled",
        place: [
          typeof heading === "string" ? below(heading, title) : "",
          typeof page === "number" ? `page ${page}` : "",
        ]
          .filter(Boolean)
          .join(", "),
      },
    ];
  });
}

/** A heading's path without the title that it begins with. */
function below(heading: string, title: unknown): string {
  return heading.startsWith(`${title} > `) ? heading.slice(`${title} > `.length) : heading;
}

/** The sentences of a summary, each with its passages. */
export function claimsIn(summary: Readonly<Record<string, unknown>> | null): Claim[] {
  return listOf(summary?.claims).flatMap(({ text, passages }) =>
    typeof text === "string" ? [{ text, passages: citedIn(passages) }] : [],
  );
}

function listOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each): each is Record<string, unknown> => typeof each === "object" && each !== null);
}
