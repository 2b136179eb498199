// Judge a measure that is in place: by its events now, or on a person's word with the reason.
import { Gavel, RotateCw } from "lucide-react";
import { useState } from "react";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Select, TextArea } from "@/ui/field";

type Saving = Shape<"MeasuredSaving">;
type Word = Shape<"PersonsVerdict">["verdict"];
const TOUCHES = ["/recommendations"];
const OPTIONS = [
  { value: "verified" as const, label: "Verified: it saves" },
  { value: "not_effective" as const, label: "Not effective: it does not" },
];

export function Judge({ saving }: { saving: Saving }) {
  const [asks, setAsks] = useState(false);
  const verify = useAction("post", "/recommendations/{rec_id}/verify", {
    done: ({ verdict }) => `Judged: ${verdict.replaceAll("_", " ")}`,
    touches: TOUCHES,
    quiet: true,
  });
  if (saving.status !== "implemented") return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        icon={RotateCw}
        busy={verify.isPending}
        onClick={() => verify.mutate({ path: { rec_id: saving.recommendation_id }, body: null })}
      >
        Judge it now
      </Button>
      <Button icon={Gavel} onClick={() => setAsks(true)}>
        Judge it yourself
      </Button>
      {/* that the events prove nothing yet is an answer and no mishap */}
      <output aria-label="Outcome" className="basis-full text-sm empty:hidden">
        {verify.error?.message}
      </output>
      {asks && <Yourself recId={saving.recommendation_id} onClose={() => setAsks(false)} />}
    </div>
  );
}

function Yourself({ recId, onClose }: { recId: number; onClose: () => void }) {
  const [verdict, setVerdict] = useState<Word>("verified");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const verify = useAction("post", "/recommendations/{rec_id}/verify", {
    done: "Judged, on record as yours",
    touches: TOUCHES,
    onDone: onClose,
    quiet: true,
  });
  const lacks = reason.trim() === "";
  const run = () =>
    lacks
      ? setTried(true)
      : verify.mutate({ path: { rec_id: recId }, body: { verdict, reason: reason.trim() } });
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onClose()}
      title="Judge it yourself"
      about="Your word stands in place of what the events prove, on record as yours. It cannot be taken back."
      does="Judge"
      busy={verify.isPending}
      onConfirm={run}
    >
      <div className="space-y-3">
        <Select label="Verdict" value={verdict} onValue={setVerdict} options={OPTIONS} />
        <TextArea
          label="How you know"
          problem={tried && lacks ? "Say how you know." : undefined}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {verify.error && (
          <p role="alert" className="text-sm text-critical">
            {verify.error.message} {verify.error.remedy}
          </p>
        )}
      </div>
    </Confirm>
  );
}
