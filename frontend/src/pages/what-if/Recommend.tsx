// A pending recommendation is made of a scenario, for a hotspot or for an entity's newest open one.
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { massText } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EntityField } from "@/ui/entityField";

/** A number is a hotspot, anything else an entity's name; "#7" is a hotspot too. */
export function targetOf(words: string): Shape<"ScenarioTarget"> {
  const id = /^#?(\d+)$/.exec(words.trim())?.[1];
  return id ? { hotspot_id: Number(id) } : { entity: words.trim() };
}

export function Recommend({ kept, onClose }: { kept: Shape<"ScenarioAnswer">; onClose: () => void }) {
  const navigate = useNavigate();
  const [words, setWords] = useState(kept.spec.scope?.entity ?? "");
  const recommend = useAction("post", "/scenarios/{scenario_id}/recommend", {
    done: ({ title, co2_reduction }) =>
      `Recommended: ${title}${co2_reduction === null ? "" : `, saves ${massText(co2_reduction)}`}`,
    touches: ["/recommendations"],
    quiet: true,
    onDone: () => void navigate({ to: "/recommendations" }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recommend.mutate({ path: { scenario_id: kept.id }, body: targetOf(words) });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Recommend ${kept.name}`}
      about="Its saving is simulated on that entity alone. It waits for approval like any other recommendation."
    >
      <form onSubmit={submit} className="space-y-3">
        <EntityField
          label="Entity or hotspot"
          hint="A name for the entity's newest open hotspot, or a hotspot's number."
          value={words}
          onValue={setWords}
        />
        {recommend.error && (
          <p role="alert" className="text-sm text-critical">
            {recommend.error.message} {recommend.error.remedy}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" type="submit" busy={recommend.isPending} disabled={words.trim() === ""}>
            Recommend
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
