// What a proposal was worked out from: the published figures, the method, and the own documents that speak of it.
import { Link } from "@tanstack/react-router";
import { day, percent } from "@/lib/format";
import { Citations } from "./Citations";
import { citedIn } from "./cited";
import { type One, told } from "./decisions";

export function Sources({ rec: { provenance, measure_id, proposed_by } }: { rec: One }) {
  const cited = citedIn(provenance.evidence);
  const source = [told(provenance, "source"), told(provenance, "year")].filter(Boolean).join(", ");
  const url = told(provenance, "url");
  return (
    <div className="space-y-2">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
        <Line name="Proposed by">
          {proposed_by === "propose" ? `the program, as measure ${measure_id}` : proposed_by}
        </Line>
        <Line name="Source">
          {url?.startsWith("https://") ? (
            <a href={url} target="_blank" rel="noreferrer" className="text-accent underline">
              {source || url}
            </a>
          ) : (
            source || null
          )}
        </Line>
        <Line name="Published">{published(provenance)}</Line>
        <Line name="Method">{told(provenance, "method")}</Line>
        <Line name="Events of">{windowText(provenance)}</Line>
        <Line name="Rank">{told(provenance, "ranking")}</Line>
      </dl>
      {cited.length > 0 ? (
        <div>
          <p className="text-sm text-muted">Your documents speak of it in</p>
          <Citations cited={cited} />
        </div>
      ) : (
        <p className="text-sm text-muted">
          None of your documents spoke of it when it was proposed.{" "}
          <Link to="/assistant" className="text-accent underline">
            Ask the assistant
          </Link>
        </p>
      )}
    </div>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  if (children === null) return null;
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-break-word">{children}</dd>
    </>
  );
}

type Provenance = One["provenance"];

/** "5 % to 20 %, typically 12 %, of km of the shared lane"; null where nothing was published. */
export function published(provenance: Provenance): string | null {
  const range = provenance.published_reduction_pct;
  if (!Array.isArray(range)) return null;
  const [low, typical, high] = range.map((each) => (typeof each === "number" ? percent(each) : null));
  if (!low || !typical || !high) return null;
  const of = told(provenance, "reduction_basis");
  const grade = told(provenance, "evidence_grade");
  return `${low} to ${high}, typically ${typical}${of ? `, of ${of}` : ""}${grade ? ` (evidence ${grade})` : ""}`;
}

/** "Thu 29 Oct 2026 to Thu 26 Nov 2026". */
export function windowText(provenance: Provenance): string | null {
  const [start, end] = ["window_start", "window_end"].map((name) => told(provenance, name));
  return start && end ? `${day(new Date(start))} to ${day(new Date(end))}` : null;
}
