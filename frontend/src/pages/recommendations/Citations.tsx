// Where something is said: each citation opens the passage of its document.
import { getRouteApi } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import type { Cited } from "./cited";

const route = getRouteApi("/recommendations");

export function Citations({ cited }: { cited: readonly Cited[] }) {
  return (
    <ul className="mt-1 space-y-1">
      {cited.map((each) => (
        <li key={each.passageId} className="flex items-start gap-1.5 text-sm">
          <FileText size={14} aria-hidden className="mt-0.5 shrink-0 text-muted" />
          <One cited={each} />
        </li>
      ))}
    </ul>
  );
}

function One({ cited: { passageId, documentId, measureId, title, place } }: { cited: Cited }) {
  const navigate = route.useNavigate();
  const words = place ? `${title}: ${place}` : title;
  if (documentId === null) {
    return (
      <span>
        {words} {measureId && <span className="text-muted">(measure {measureId} of the library)</span>}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="min-w-0 text-left text-accent underline"
      onClick={() => void navigate({ search: (now) => ({ ...now, doc: documentId, passage: passageId }) })}
    >
      {words}
    </button>
  );
}
