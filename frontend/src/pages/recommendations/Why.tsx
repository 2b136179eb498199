// Why the hotspot stands out: the diagnosis in a sentence, and its causes in kilograms.
import { massText } from "@/lib/format";
import { label } from "@/lib/sentence";
import { Citations } from "./Citations";
import { claimsIn } from "./cited";
import type { One } from "./decisions";
import { effectsOf } from "./effects";

export function Why({ rec }: { rec: One }) {
  const { diagnosis } = rec;
  if (!diagnosis) return <p>{rec.root_cause ?? "Its hotspot was not diagnosed."}</p>;
  const claims = claimsIn(diagnosis.summary);
  const effects = effectsOf(diagnosis.effects);
  return (
    <div className="space-y-2">
      <p>{diagnosis.root_cause}</p>
      {effects.length > 0 && (
        <p className="text-sm text-muted">
          {effects.map(({ cause, kg }) => `${label(cause)} ${massText(kg)}`).join(" · ")}. Effects overlap and
          do not add up.
        </p>
      )}
      {diagnosis.remote === "waiting" && (
        <p className="text-sm text-muted">A separate service is asked and has not answered yet.</p>
      )}
      {diagnosis.remote === "failed" && (
        <p className="text-sm text-muted">
          A separate service was asked and failed{diagnosis.remote_detail && `: ${diagnosis.remote_detail}`}
        </p>
      )}
      {claims.length > 0 && (
        <details className="text-sm">
          <summary className="cursor-pointer text-accent">In the words of a language model</summary>
          <ul className="mt-1 space-y-2">
            {claims.map(({ text, passages }) => (
              <li key={text}>
                {text}
                <Citations cited={passages} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
