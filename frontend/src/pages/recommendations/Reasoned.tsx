// The question before a decision: what it means, and room for the note or the reason.
import { type ReactNode, useState } from "react";
import type { Problem } from "@/api/problem";
import { Confirm } from "@/ui/dialog";
import { TextArea } from "@/ui/field";
import type { Move } from "./decisions";

interface Given {
  move: Move;
  title: string;
  words: string;
  onWords: (words: string) => void;
  busy: boolean;
  problem: Problem | null;
  onRun: () => void;
  onClose: () => void;
  /** More to fill in, above the note. */
  children?: ReactNode;
}

const MOVES: Record<Move, { does: string; about: string; label: string; hint: string }> = {
  approve: {
    does: "Approve",
    about: "It is wanted. An approved measure cannot be rejected later.",
    label: "Note",
    hint: "Kept with the decision and on the audit trail; may stay empty.",
  },
  reject: {
    does: "Reject",
    about: "This is final. It comes back for this entity only where the case has changed.",
    label: "Reason",
    hint: "Kept with the decision and on the audit trail.",
  },
  implement: {
    does: "It is in place",
    about: "From this moment on its real saving is measured. This cannot be taken back.",
    label: "Note",
    hint: "May stay empty.",
  },
};

export function Reasoned({ move, title, words, onWords, busy, problem, onRun, onClose, children }: Given) {
  const { does, about, label, hint } = MOVES[move];
  const [tried, setTried] = useState(false);
  // whoever proposed it is to learn why not
  const lacks = move === "reject" && words.trim() === "";
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      about={about}
      does={does}
      danger={move === "reject"}
      busy={busy}
      onConfirm={() => (lacks ? setTried(true) : onRun())}
    >
      <div className="space-y-3">
        {children}
        <TextArea
          label={label}
          hint={hint}
          problem={tried && lacks ? "Say why not." : undefined}
          value={words}
          maxLength={2000}
          onChange={(event) => onWords(event.target.value)}
        />
        {problem && (
          <p role="alert" className="text-sm text-critical">
            {problem.message} {problem.remedy}
          </p>
        )}
      </div>
    </Confirm>
  );
}
