// The buttons and keys of one recommendation: what its status lets follow.
import { Check, CheckCheck, type LucideIcon, X } from "lucide-react";
import { useState } from "react";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { DecideOne } from "./DecideOne";
import { type Move, movesFrom, type One } from "./decisions";

const MOVES: Record<Move, { words: string; icon: LucideIcon; keys: string; does: string }> = {
  approve: { words: "Approve", icon: Check, keys: "a", does: "Approve what is read" },
  reject: { words: "Reject", icon: X, keys: "r", does: "Reject what is read" },
  implement: { words: "It is in place", icon: CheckCheck, keys: "i", does: "Say that it is in place" },
};

export function Actions({ rec }: { rec: One }) {
  const [move, setMove] = useState<Move | null>(null);
  const moves = movesFrom(rec.status);
  useShortcuts(moves.map((each) => ({ ...MOVES[each], run: () => setMove(each) })));
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {moves.map((each) => (
        <Button
          key={each}
          icon={MOVES[each].icon}
          look={each === "reject" ? "plain" : "solid"}
          onClick={() => setMove(each)}
        >
          {MOVES[each].words}
        </Button>
      ))}
      {move && <DecideOne move={move} rec={rec} onClose={() => setMove(null)} />}
    </div>
  );
}
