// The silences that hold now or will: their conditions, reason and end; each can be ended early.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { askPages, rowsOf } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

type Silence = Shape<"Silence">;

export function Silences() {
  const query = useInfiniteQuery(askPages("/silences", { query: { limit: 100 } }));
  const [ending, setEnding] = useState<Silence | null>(null);
  const end = useAction("post", "/silences/{silence_id}/expire", {
    done: "The silence is over; it shows at the next evaluation.",
    touches: ["/silences", "/alerts"],
    onDone: () => setEnding(null),
  });
  const live = rowsOf(query.data).filter(({ state }) => state !== "expired");
  return (
    <Panel
      title="Silences"
      query={query}
      isEmpty={() => live.length === 0}
      empty={{ words: "No silence holds. Open an alert and press s to silence it." }}
      partial={() => query.hasNextPage && "Only those among the newest 100 silences are shown."}
    >
      {() => (
        <ul className="divide-y">
          {live.map((silence) => (
            <One key={silence.id} silence={silence} onEnd={() => setEnding(silence)} />
          ))}
          <Confirm
            open={ending !== null}
            onOpenChange={() => setEnding(null)}
            title={`End silence ${ending?.id ?? ""}?`}
            about="What it held is told again from the next evaluation on. It cannot be started again; store another."
            does="End it now"
            busy={end.isPending}
            onConfirm={() => ending && end.mutate({ path: { silence_id: ending.id } })}
          />
        </ul>
      )}
    </Panel>
  );
}

function One({ silence, onEnd }: { silence: Silence; onEnd: () => void }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-2">
      <div className="min-w-0">
        <div className="flex flex-wrap gap-1">
          <span className="font-medium">Silence {silence.id}</span>
          {silence.state === "pending" && <Badge tone="info">Not yet</Badge>}
          {silence.matchers.map((matcher) => (
            <Badge key={matcher} tone="neutral">
              {matcher}
            </Badge>
          ))}
        </div>
        <p>{silence.reason}</p>
        <p className="text-sm text-muted">
          Ends <Time at={silence.ends_at} />, by {silence.created_by}
        </p>
      </div>
      <Button aria-label={`End silence ${silence.id}`} onClick={onEnd}>
        End now
      </Button>
    </li>
  );
}
