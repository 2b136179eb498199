// Who looks after an alert, or after several.
import { type FormEvent, useState } from "react";
import { plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import type { Acts } from "./useActs";
import type { Alert } from "./views";

interface Given {
  alerts: readonly Alert[];
  acts: Acts;
  onClose: () => void;
}

export function AssignDialog({ alerts, acts, onClose }: Given) {
  const [assignee, setAssignee] = useState(alerts.length === 1 ? (alerts[0]?.assignee ?? "") : "");
  const [note, setNote] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    acts.assign(alerts, { assignee: assignee.trim() || null, note: note.trim() || null }, onClose);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Assign ${plural(alerts.length, "alert")}`}
      about="It goes on the timeline."
    >
      <form className="space-y-3" onSubmit={send}>
        <TextField
          label="Assignee"
          hint="Empty: nobody."
          maxLength={100}
          value={assignee}
          onChange={(event) => setAssignee(event.target.value)}
        />
        <TextField
          label="Note"
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" busy={acts.busy}>
            Assign
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
