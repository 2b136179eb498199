// The figures and passages that an answer stands on.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { day } from "@/lib/format";
import type { Citation, Exchange, Figure } from "./conversation";
import { pageOf } from "./pages";

export function sourceId(exchange: number, source: string): string {
  return `source-${exchange}-${source}`;
}

export function SourceList({ exchange: { id, figures, citations } }: { exchange: Exchange }) {
  if (figures.length + citations.length === 0) return null;
  return (
    <section aria-label="Sources" className="border-t pt-2">
      <h3 className="mb-1 text-sm font-medium">Sources</h3>
      <ul className="space-y-1.5 text-sm">
        {figures.map((figure) => (
          <Source key={figure.id} name={figure.id} id={sourceId(id, figure.id)}>
            <FigureSource figure={figure} />
          </Source>
        ))}
        {citations.map((citation) => (
          <Source key={citation.id} name={citation.id} id={sourceId(id, citation.id)}>
            <Passage citation={citation} />
          </Source>
        ))}
      </ul>
    </section>
  );
}

function Source({ name, id, children }: { name: string; id: string; children: ReactNode }) {
  return (
    <li id={id} tabIndex={-1} className="grid grid-cols-[2.25rem_1fr] rounded-sm">
      <span className="font-medium text-accent">{name}</span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}

function FigureSource({ figure: { text, value, reason, window, source } }: { figure: Figure }) {
  const page = pageOf(source);
  return (
    <>
      <span>{text}</span>
      {value === null && reason && <span className="text-warn"> Not known: {reason}</span>}
      <span className="block text-xs text-muted">
        {window ? `${day(new Date(window.first))} to ${day(new Date(window.last))}` : "as of now"}, read from{" "}
        {page ? (
          <Link {...page} className="text-accent underline">
            {source}
          </Link>
        ) : (
          source
        )}
      </span>
    </>
  );
}

function Passage({ citation: { title, heading, page, measure_id, text } }: { citation: Citation }) {
  const where = [
    ...(heading && heading !== title ? [heading] : []),
    ...(page === null ? [] : [`page ${page}`]),
    measure_id === null ? "a document" : `measure ${measure_id}`,
  ].join(", ");
  return (
    <details>
      <summary>
        {title} <span className="text-muted">({where})</span>
      </summary>
      <blockquote className="mt-1 max-w-prose border-l-2 pl-3 whitespace-pre-wrap">{text}</blockquote>
    </details>
  );
}
