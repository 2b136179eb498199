// The passage of a document that is cited, marked, among what stands around it.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ask, askPages, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { around } from "./cited";

const route = getRouteApi("/recommendations");
const PAGE = 500;

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
  const pages = useInfiniteQuery(
    askPages("/documents/{document_id}/passages", { path, query: { limit: PAGE } }),
  );
  const all = rowsOf(pages.data);
  const shown = around(all, passageId, reach);
  // the passage may stand behind the first page of a long document
  const seeks = shown.length === 0 && pages.hasNextPage && !pages.isFetchingNextPage && !pages.error;
  const { fetchNextPage } = pages;
  useEffect(() => {
    if (seeks) void fetchNextPage();
  }, [seeks, fetchNextPage]);
  const searched = shown.length > 0 || !pages.hasNextPage;
  return (
    <Panel
      title={about.data ? (about.data.title ?? about.data.filename) : `Document ${documentId}`}
      query={{ ...pages, data: searched ? pages.data : undefined }}
      lines={9}
      isEmpty={() => shown.length === 0}
      empty={{
        words: "This passage is no longer there: the document was read anew since, or it was replaced.",
      }}
      partial={() => (about.error ? `Its title could not be loaded: ${about.error.message}` : null)}
    >
      {() => (
        <>
          <ol className="space-y-3">
            {shown.map((each) => (
              <Passage key={each.id} passage={each} marked={each.id === passageId} />
            ))}
          </ol>
          {shown.length < all.length && (
            <Button className="mt-3" onClick={() => setReach(reach + 3)}>
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
