// What would become of the file: its columns, how it is read, what is missing, the first rows; and the button to store.
import { Upload } from "lucide-react";
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Switch } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { Columns } from "./Columns";
import { FirstRows } from "./FirstRows";
import { formOf, message, type Preview, presetOf, type Told } from "./mapping";
import { Reading } from "./Reading";
import type { Previewed } from "./usePreview";

interface Given {
  file: File;
  source: string;
  told: Told;
  onTold: (told: Told) => void;
  previewed: Previewed;
  /** The job that reads the file now. */
  onSent: (jobId: string) => void;
}

export function PreviewPanel({ file, source, told, onTold, previewed, onSent }: Given) {
  const { asked, checking } = previewed;
  return (
    <Panel
      title="Preview"
      query={asked}
      isEmpty={(preview) => preview.columns.length === 0 && preview.problems.length === 0}
      empty={{ words: "The file has no columns. Choose another one." }}
      partial={(preview) => (preview.problems.length > 0 ? <Problems preview={preview} /> : null)}
      actions={checking && <span className="text-sm text-muted">Checking …</span>}
      lines={8}
    >
      {(preview) => (
        <div className="space-y-4">
          <Facts preview={preview} />
          <Reading {...{ preview, told, onTold }} />
          <Columns columns={preview.columns} {...{ told, onTold }} />
          <FirstRows preview={preview} />
          <Send {...{ file, source, told, preview, onSent }} busy={checking} />
        </div>
      )}
    </Panel>
  );
}

function Problems({ preview }: { preview: Preview }) {
  return (
    <span>
      The file cannot go in yet.
      {preview.problems.map((problem) => (
        // in a line of text there is no place for a list
        <span key={message(problem)} className="mt-1 block">
          {message(problem)}
        </span>
      ))}
    </span>
  );
}

function Facts({ preview }: { preview: Preview }) {
  const parts = [
    preview.kind.toUpperCase(),
    ...(preview.encoding ? [preview.encoding] : []),
    `${plural(preview.rows, "row")} at most`,
    preview.rows_checked > 0
      ? `${preview.rows_acceptable.toLocaleString("en-GB")} of the first ${preview.rows_checked.toLocaleString("en-GB")} acceptable`
      : "no row checked yet",
  ];
  return (
    <div>
      <p>{parts.join(" · ")}</p>
      {preview.notes.length > 0 && (
        <ul aria-label="What was assumed" className="mt-1 text-sm text-muted">
          {preview.notes.map((note) => (
            <li key={note}>Assumed: {note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Why it cannot be sent; "" where it can. */
export function obstacle(preview: Preview): string {
  if (preview.problems.length > 0) return "First mend what the preview says is missing.";
  if (preview.rows_checked > 0 && preview.rows_acceptable === 0 && preview.rows_checked >= preview.rows)
    return "No row of the file is acceptable.";
  return "";
}

function Send({
  file,
  source,
  told,
  preview,
  onSent,
  busy,
}: Omit<Given, "onTold" | "previewed"> & { preview: Preview; busy: boolean }) {
  const [keep, setKeep] = useState(false);
  const preset = useAction("put", "/api/v1/ingest/mappings/{source}", {
    done: `The mapping is kept for ${source}.`,
    touches: ["/api/v1/ingest/mappings"],
  });
  const upload = useAction("post", "/api/v1/ingest/upload", {
    touches: ["/api/v1/ingest/jobs"],
    onDone: ({ jobId }) => onSent(jobId),
  });
  const send = async () => {
    // a mapping that is refused is told of before anything is stored
    if (keep && source) await preset.mutateAsync({ path: { source }, body: presetOf(preview, told) });
    await upload.mutateAsync({ query: { wait: false }, body: formOf(file, source, told) });
  };
  const why = obstacle(preview);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-3">
      <Button
        look="solid"
        icon={Upload}
        disabled={busy || why !== ""}
        busy={preset.isPending || upload.isPending}
        // the toast has said what went wrong
        onClick={() => void send().catch(() => undefined)}
      >
        Import
      </Button>
      {source ? (
        <Switch label={`Keep this mapping for ${source}`} value={keep} onValue={setKeep} />
      ) : (
        <span className="text-sm text-muted">With a source the mapping can be kept for later files.</span>
      )}
      {why && <span className="text-sm text-muted">{why}</span>}
    </div>
  );
}
