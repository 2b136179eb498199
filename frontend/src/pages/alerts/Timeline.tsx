// All that happened to an alert, newest first, with reason and actor; and a line to add to it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { askPages, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { TextArea } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { happened } from "./words";

export function Timeline({ id }: { id: number }) {
  const query = useInfiniteQuery(
    askPages("/alerts/{alert_id}/timeline", { path: { alert_id: id }, query: { limit: 50 } }),
  );
  return (
    <Panel
      title="Timeline"
      query={query}
      isEmpty={(data) => rowsOf(data).length === 0}
      empty={{ words: "Nothing is on the timeline of this alert." }}
    >
      {(data) => (
        <>
          <CommentForm id={id} />
          <ol aria-label="Timeline" className="mt-4 space-y-3 border-l pl-3">
            {rowsOf(data).map((event) => (
              <Line key={event.id} event={event} />
            ))}
          </ol>
          {query.hasNextPage && (
            <Button
              className="mt-3"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Earlier
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}

function Line({ event }: { event: Shape<"AlertEvent"> }) {
  return (
    <li>
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span className="font-medium">{happened(event)}</span>
        <span className="text-sm text-muted">
          <Time at={event.at} />
        </span>
      </div>
      {event.reason && <p className="whitespace-pre-line break-words">{event.reason}</p>}
      <p className="truncate text-sm text-muted" title={event.actor}>
        by {event.actor}
      </p>
    </li>
  );
}

function CommentForm({ id }: { id: number }) {
  const [text, setText] = useState("");
  const comment = useAction("post", "/alerts/{alert_id}/comment", {
    touches: ["/alerts"],
    onDone: () => setText(""),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    comment.mutate({ path: { alert_id: id }, body: { text: text.trim() } });
  };
  return (
    <form onSubmit={send} className="space-y-2">
      <TextArea
        label="Comment"
        hideLabel
        rows={2}
        maxLength={2000}
        placeholder="What is known, what is being done"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={text.trim() === ""} busy={comment.isPending}>
        Comment
      </Button>
    </form>
  );
}
