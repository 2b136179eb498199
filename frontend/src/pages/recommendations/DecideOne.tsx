// The decision on one recommendation, and the word that a measure is in place.
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { TextField } from "@/ui/field";
import type { Move, One } from "./decisions";
import { Reasoned } from "./Reasoned";

const TITLES: Record<Move, string> = {
  approve: "Approve this measure",
  reject: "Reject this measure",
  implement: "The measure is in place",
};

export function DecideOne({ move, rec, onClose }: { move: Move; rec: One; onClose: () => void }) {
  const [words, setWords] = useState("");
  const [since, setSince] = useState("");
  const how = { touches: ["/recommendations"], onDone: onClose, quiet: true };
  const approve = useAction("post", "/recommendations/{rec_id}/approve", { ...how, done: "Approved" });
  const reject = useAction("post", "/recommendations/{rec_id}/reject", { ...how, done: "Rejected" });
  const implement = useAction("post", "/recommendations/{rec_id}/implement", {
    ...how,
    done: "In place; its saving is measured from now on",
  });
  const path = { rec_id: rec.id };
  const said = words.trim() || null;
  const runs: Record<Move, () => void> = {
    approve: () => approve.mutate({ path, body: { notes: said } }),
    reject: () => reject.mutate({ path, body: { reason: said } }),
    implement: () => implement.mutate({ path, body: { notes: said, implemented_at: momentOf(since) } }),
  };
  const action = { approve, reject, implement }[move];
  return (
    <Reasoned
      move={move}
      title={TITLES[move]}
      words={words}
      onWords={setWords}
      busy={action.isPending}
      problem={action.error}
      onRun={runs[move]}
      onClose={onClose}
    >
      {move === "implement" && (
        <TextField
          label="In place since (UTC)"
          hint="Empty: now. Not in the future, and not more than a year before it was proposed."
          type="datetime-local"
          value={since}
          onChange={(event) => setSince(event.target.value)}
        />
      )}
    </Reasoned>
  );
}

/** The field has no time zone; UTC is meant, as everywhere on the page. */
export function momentOf(field: string): string | null {
  return field === "" ? null : `${field}${field.length === 16 ? ":00" : ""}Z`;
}
