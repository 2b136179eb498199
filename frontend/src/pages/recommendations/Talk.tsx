// Who takes care of it, and what people say about it.
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { TextArea, TextField } from "@/ui/field";
import type { One } from "./decisions";

const TOUCHES = ["/recommendations"];

export function Talk({ rec }: { rec: One }) {
  return (
    <div className="space-y-3">
      {/* assigned by somebody else meanwhile: the field begins anew */}
      <Assign key={rec.assignee} rec={rec} />
      <Comment recId={rec.id} />
    </div>
  );
}

function Assign({ rec }: { rec: One }) {
  const [name, setName] = useState(rec.assignee ?? "");
  const assign = useAction("post", "/recommendations/{rec_id}/assign", {
    done: ({ assignee }) => (assignee ? `Assigned to ${assignee}` : "Assigned to nobody"),
    touches: TOUCHES,
  });
  const assignee = name.trim() || null;
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        assign.mutate({ path: { rec_id: rec.id }, body: { assignee } });
      }}
    >
      <div className="grow">
        <TextField
          label="Assigned to"
          placeholder="nobody"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button type="submit" busy={assign.isPending} disabled={assignee === rec.assignee}>
        Assign
      </Button>
    </form>
  );
}

function Comment({ recId }: { recId: number }) {
  const [text, setText] = useState("");
  const comment = useAction("post", "/recommendations/{rec_id}/comment", {
    done: "Comment added",
    touches: TOUCHES,
    onDone: () => setText(""),
  });
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        comment.mutate({ path: { rec_id: recId }, body: { text: text.trim() } });
      }}
    >
      <TextArea
        label="Comment"
        rows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" busy={comment.isPending} disabled={text.trim() === ""}>
        Add comment
      </Button>
    </form>
  );
}
