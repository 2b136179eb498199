// Keep a question under a name, with its answer; or as the next version of the scenario that it came from.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ask } from "@/api/ask";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Segments, TextArea, TextField } from "@/ui/field";
import type { Spec } from "./question";

const here = getRouteApi("/what-if");

export function SaveScenario({ spec, onClose }: { spec: Spec; onClose: () => void }) {
  const { scenario } = here.useSearch();
  const navigate = here.useNavigate();
  const before = useQuery({
    ...ask("/scenarios/{scenario_id}", { path: { scenario_id: scenario ?? 0 } }),
    enabled: scenario !== undefined,
  });
  const [how, setHow] = useState<"new" | "next">("new");
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const outcome = {
    touches: ["/scenarios"],
    quiet: true,
    onDone: ({ id }: { id: number }) => {
      onClose();
      void navigate({ search: (now) => ({ ...now, view: "kept", scenario: id, run: false }) });
    },
  };
  const create = useAction("post", "/scenarios", { ...outcome, done: "Kept as a scenario" });
  const put = useAction("put", "/scenarios/{scenario_id}", { ...outcome, done: "Kept as the next version" });
  const problem = create.error ?? put.error;
  const kept = before.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), note: note.trim() || null, spec };
    if (how === "next" && kept) {
      put.mutate({
        path: { scenario_id: kept.id },
        body: { ...body, name: kept.name, note: body.note ?? kept.note },
      });
    } else create.mutate({ body });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keep as a scenario"
      about="It is simulated at once, and kept with its answer."
    >
      <form onSubmit={submit} className="space-y-3">
        {kept && (
          <Segments
            label="Keep as"
            value={how}
            onValue={setHow}
            options={[
              { value: "new", label: "A new one" },
              { value: "next", label: `Next version of ${kept.name}` },
            ]}
          />
        )}
        {how === "new" && (
          <TextField
            label="Name"
            value={name}
            maxLength={200}
            onChange={({ target }) => setName(target.value)}
          />
        )}
        <TextArea
          label="Note"
          value={note}
          maxLength={2000}
          onChange={({ target }) => setNote(target.value)}
        />
        {problem && (
          <p role="alert" className="text-sm text-critical">
            {problem.message} {problem.remedy}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            type="submit"
            busy={create.isPending || put.isPending}
            disabled={how === "new" && name.trim() === ""}
          >
            Keep
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
