// One question and its answer, with a source beside every figure and passage.
import { RotateCw } from "lucide-react";
import { Button } from "@/ui/button";
import { Failed, Loading, Missing } from "@/ui/panel";
import { type Exchange, originOf, pieces } from "./conversation";
import { SourceList, sourceId } from "./SourceList";

export function ExchangeView({ exchange, again }: { exchange: Exchange; again: () => void }) {
  const { question, text, state, problem, whole, id } = exchange;
  return (
    <article
      aria-label={question}
      aria-busy={state === "asking" || undefined}
      className="rounded-lg border bg-surface"
    >
      <h2 className="border-b px-4 py-2 font-semibold whitespace-pre-wrap">{question}</h2>
      <div className="space-y-3 px-4 py-3">
        {/* read out as it comes */}
        <div aria-live="polite" className="space-y-1.5">
          {text.split("\n").map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines only ever come after those that are there
            <Line key={at} line={line} exchange={id} />
          ))}
        </div>
        {state === "asking" && text === "" && <Loading lines={3} what="Answer" />}
        {state === "failed" && problem && <Failed what="Answer" problem={problem} retry={again} />}
        {state === "stopped" && (
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-muted">Stopped before the end.</span>
            <Button icon={RotateCw} onClick={again}>
              Ask again
            </Button>
          </div>
        )}
        {whole?.notes.map((note) => (
          <Missing key={note}>{note}</Missing>
        ))}
        <SourceList exchange={exchange} />
        {whole && <p className="text-xs text-muted">How it came about: {originOf(whole).join("; ")}.</p>}
      </div>
    </article>
  );
}

function Line({ line, exchange }: { line: string; exchange: number }) {
  if (line === "") return null;
  return (
    <p className="max-w-prose">
      {pieces(line).map(({ source, words }, at) =>
        source === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line keep their order
          <span key={at}>{words}</span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line keep their order
          <Mark key={at} source={source} exchange={exchange} />
        ),
      )}
    </p>
  );
}

/** Leads to the source below; focus brings it into sight. */
function Mark({ source, exchange }: { source: string; exchange: number }) {
  return (
    <button
      type="button"
      aria-label={`Source ${source}`}
      onClick={() => document.getElementById(sourceId(exchange, source))?.focus()}
      className="rounded-sm border border-accent/30 bg-accent-soft px-1 text-xs font-medium text-accent"
    >
      {source}
    </button>
  );
}
