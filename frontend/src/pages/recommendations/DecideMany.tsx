// One decision on several recommendations, in one transaction; those that could not be are told with the reason.
import { useState } from "react";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { decidedText } from "./decisions";
import { Reasoned } from "./Reasoned";

interface Given {
  move: "approve" | "reject";
  ids: number[];
  onClose: () => void;
  onDone: (answer: Shape<"ManyDecided">) => void;
}

export function DecideMany({ move, ids, onClose, onDone }: Given) {
  const [words, setWords] = useState("");
  const how = { done: decidedText, touches: ["/recommendations"], onDone, quiet: true };
  const approve = useAction("post", "/recommendations/approve", how);
  const reject = useAction("post", "/recommendations/reject", how);
  const run = () =>
    move === "approve"
      ? approve.mutate({ body: { ids, notes: words.trim() || null } })
      : reject.mutate({ body: { ids, reason: words.trim() } });
  return (
    <Reasoned
      move={move}
      title={`${move === "approve" ? "Approve" : "Reject"} ${plural(ids.length, "recommendation")}`}
      words={words}
      onWords={setWords}
      busy={approve.isPending || reject.isPending}
      problem={(move === "approve" ? approve : reject).error}
      onRun={run}
      onClose={onClose}
    />
  );
}
