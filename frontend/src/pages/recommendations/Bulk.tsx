// What can be done with those that are selected: approve or reject them together.
import { Check, X } from "lucide-react";
import { useState } from "react";
import type { Shape } from "@/api/types";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { Missing } from "@/ui/panel";
import { DecideMany } from "./DecideMany";
import type { Recommendation } from "./decisions";

interface Given {
  rows: readonly Recommendation[];
  onDone: () => void;
}

export function Bulk({ rows, onDone }: Given) {
  const [move, setMove] = useState<"approve" | "reject" | null>(null);
  const [refused, setRefused] = useState<Shape<"NotMoved">[]>([]);
  const some = rows.length > 0;
  const begin = (next: "approve" | "reject") => {
    setRefused([]);
    setMove(next);
  };
  useShortcuts(
    some
      ? [
          { keys: "a", does: "Approve those selected", run: () => begin("approve") },
          { keys: "r", does: "Reject those selected", run: () => begin("reject") },
        ]
      : [],
  );
  return (
    <div aria-live="polite" className="mt-3 empty:mt-0">
      {refused.length > 0 && (
        <Missing>
          {refused.map(({ id, reason }) => (
            <span key={id} className="block">
              {reason}
            </span>
          ))}
        </Missing>
      )}
      {some && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-sm">{rows.length} selected</span>
          <Button icon={Check} look="solid" onClick={() => begin("approve")}>
            Approve
          </Button>
          <Button icon={X} onClick={() => begin("reject")}>
            Reject
          </Button>
          <Button look="quiet" onClick={onDone}>
            Select none
          </Button>
        </div>
      )}
      {move && (
        <DecideMany
          move={move}
          ids={rows.map(({ id }) => id)}
          onClose={() => setMove(null)}
          onDone={(answer) => {
            setMove(null);
            setRefused(answer.refused);
            onDone();
          }}
        />
      )}
    </div>
  );
}
