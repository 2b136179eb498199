// Where a file comes in: dropped, or chosen; and which source it is from.
import { FileUp, X } from "lucide-react";
import { type DragEvent, useId, useState } from "react";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { SavedField } from "@/ui/savedField";
import { sizeText } from "./mapping";

/** What the engine reads; it goes by the content, not by the name. */
const KINDS = "CSV, XLSX, JSON, NDJSON or Parquet; text may be packed with gzip";

interface Given {
  file: File | null;
  onFile: (file: File | null) => void;
  source: string;
  onSource: (source: string) => void;
  /** Sources whose mapping is kept. */
  known: readonly string[];
}

export function FilePanel({ file, onFile, source, onSource, known }: Given) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="rounded-lg border bg-surface px-4 pt-2 pb-4">
      <h2 id={heading} className="mb-2 text-base font-semibold">
        File
      </h2>
      <div className="grid items-start gap-4 md:grid-cols-[2fr_1fr]">
        {file ? <Chosen file={file} onFile={onFile} /> : <DropZone onFile={onFile} />}
        <SavedField
          label="Source"
          value={source}
          onValue={onSource}
          choices={known}
          hint={
            known.includes(source)
              ? "The mapping kept for this source is used."
              : "Optional: who sends it. A mapping can be kept for it."
          }
        />
      </div>
    </section>
  );
}

function DropZone({ onFile }: Pick<Given, "onFile">) {
  const [over, setOver] = useState(false);
  const take = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) onFile(dropped);
  };
  return (
    // a label: a click anywhere in it opens the chooser, and the input inside is what the keyboard reaches
    <label
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
      className={classes(
        "relative flex cursor-pointer flex-col items-center gap-1 rounded-md border border-dashed border-control px-4 py-6 text-center",
        "has-focus-visible:outline-2 has-focus-visible:outline-accent",
        over ? "bg-accent-soft" : "hover:bg-raised",
      )}
    >
      <FileUp size={20} aria-hidden className="text-muted" />
      <span className="font-medium">Drop a file here, or choose one</span>
      <span className="text-sm text-muted">{KINDS}</span>
      <input
        type="file"
        className="absolute inset-0 cursor-pointer opacity-0"
        onChange={(event) => onFile(event.target.files?.[0] ?? null)}
      />
    </label>
  );
}

function Chosen({ file, onFile }: { file: File; onFile: Given["onFile"] }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 rounded-md border bg-raised px-3 py-2">
      <span className="min-w-0">
        <span className="font-medium break-all">{file.name}</span>{" "}
        <span className="text-sm text-muted">{sizeText(file.size)}</span>
      </span>
      <Button icon={X} onClick={() => onFile(null)}>
        Another file
      </Button>
    </div>
  );
}
