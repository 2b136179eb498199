// Say that it is not a problem, and why: the reason is what later thresholds are judged by.
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextArea } from "@/ui/field";
import type { Hotspot } from "./words";

const LONGEST = 1000;

export function Dismiss({ hotspot, onClose }: { hotspot: Hotspot; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const dismiss = useAction("post", "/hotspots/{hotspot_id}/feedback", {
    done: "Noted: not a problem",
    touches: ["/hotspots", "/alerts"],
    onDone: onClose,
    quiet: true,
  });
  const empty = reason.trim() === "";
  const send = () => {
    setTried(true);
    if (empty) return;
    const body = { verdict: "not_a_problem" as const, reason: reason.trim() };
    dismiss.mutate({ path: { hotspot_id: hotspot.id }, body });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Not a problem"
      about="The hotspot is ignored. No threshold changes by itself; the verdict can be taken back, but the hotspot stays closed."
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextArea
          label="Why not"
          hint="For those who look at it later: a planned test, a known exception"
          problem={problem(tried && empty, dismiss.error)}
          value={reason}
          maxLength={LONGEST}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" busy={dismiss.isPending}>
            Not a problem
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function problem(isMissing: boolean, refused: { message: string; remedy: string } | null) {
  if (isMissing) return "A reason is needed.";
  return refused ? `${refused.message} ${refused.remedy}`.trim() : undefined;
}
