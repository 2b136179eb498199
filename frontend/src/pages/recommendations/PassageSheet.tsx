// The passage of a document that is cited, marked, among what stands around it.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages, rowsOf } from "@/api/ask";
import { orNothing } from "@/api/orNothing";
import type { Shape } from "@/api/types";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";

const route = getRouteApi("/recommendations");
/** As many as the engine gives at once. */
const MOST = 500;

export function PassageSheet() {
  const { doc, passage } = route.useSearch();
  const navigate = route.useNavigate();
  if (doc === undefined || passage === undefined) return null;
  const close = () => void navigate({ search: (now) => ({ ...now, doc: undefined, passage: undefined }) });
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title="What the document says" side="right">
      <Sheet key={passage} documentId={doc} passageId={passage} />
    </Dialog>
  );
}

function Sheet({ documentId, passageId }: { documentId: number; passageId: number }) {
  const [reach, setReach] = useState(1);
  const path = { document_id: documentId };
  const about = useQuery(ask("/documents/{document_id}", { path }));
  const limit = Math.min(2 * reach + 1, MOST);
  const found = useInfiniteQuery({
    ...askPages("/documents/{document_id}/passages", { path, query: { around: passageId, limit } }),
    // what is read stays while more of it comes
    placeholderData: keepPreviousData,
  });
  const shown = rowsOf(found.data);
  const total = found.data?.pages[0]?.total ?? 0;
  return (
    <Panel
      title={about.data ? (about.data.title ?? about.data.filename) : `Document ${documentId}`}
      query={orNothing(found)}
      lines={9}
      isEmpty={(data) => data === null}
      empty={{ words: `This passage is no longer there. ${found.error?.message ?? ""}` }}
      partial={() => (about.error ? `Its title could not be loaded: ${about.error.message}` : null)}
    >
      {() => (
        <>
          <ol className="space-y-3">
            {shown.map((each) => (
              <Passage key={each.id} passage={each} marked={each.id === passageId} />
            ))}
          </ol>
          {shown.length < total && limit < MOST && (
            <Button className="mt-3" busy={found.isPlaceholderData} onClick={() => setReach(reach + 3)}>
              Show more around it
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}

function Passage({ passage, marked }: { passage: Shape<"DocumentPassage">; marked: boolean }) {
  const place = [passage.heading, passage.page !== null && `page ${passage.page}`].filter(Boolean).join(", ");
  return (
    <li
      aria-current={marked || undefined}
      className={classes(
        "rounded-md p-2.5",
        marked ? "border-l-2 border-accent bg-accent-soft" : "text-muted",
      )}
    >
      {place && <p className="mb-1 text-xs font-medium">{place}</p>}
      <p className="whitespace-pre-line wrap-break-word">{passage.text}</p>
    </li>
  );
}
