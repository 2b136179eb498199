// The mappings that are kept for sources: use one, or forget it.
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { type Asked, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

type Preset = Shape<"MappingPreset">;

export function Presets({ query, onUse }: { query: Asked<Preset[]>; onUse: (source: string) => void }) {
  return (
    <Panel
      title="Kept mappings"
      query={query}
      isEmpty={(presets) => presets.length === 0}
      empty={{ words: "None yet. When a file is imported with a source, its mapping can be kept." }}
    >
      {(presets) => (
        <ul className="divide-y">
          {presets.map((preset) => (
            <One key={preset.id} preset={preset} onUse={onUse} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function One({ preset, onUse }: { preset: Preset; onUse: (source: string) => void }) {
  const [asking, setAsking] = useState(false);
  const { source } = preset;
  const remove = useAction("delete", "/api/v1/ingest/mappings/{source}", {
    done: `The mapping of ${source} is forgotten.`,
    touches: ["/api/v1/ingest/mappings"],
    onDone: () => setAsking(false),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-1.5">
      <span className="min-w-0">
        <span className="font-medium break-all">{source}</span>{" "}
        <span className="text-sm text-muted">
          {plural(Object.keys(preset.columns ?? {}).length, "column")}, <Time at={preset.updated_at} />
        </span>
      </span>
      <span className="flex items-center gap-1">
        <Button onClick={() => onUse(source)} aria-label={`Use the mapping of ${source}`}>
          Use
        </Button>
        <IconButton icon={Trash2} label={`Forget the mapping of ${source}`} onClick={() => setAsking(true)} />
      </span>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Forget the mapping of ${source}?`}
        about="Later files of this source are read by their column names alone. What was imported stays."
        does="Forget it"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ path: { source } })}
      />
    </li>
  );
}
