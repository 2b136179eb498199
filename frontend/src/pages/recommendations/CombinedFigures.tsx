// What several measures save together, beside what they would if savings added up.
import type { Shape } from "@/api/types";
import { mass, massText } from "@/lib/format";
import { label, plural } from "@/lib/sentence";
import { Figure, Mass } from "@/ui/figure";

type Combined = Shape<"Combined">;
const BASIS = {
  kind: "estimated",
  reason: "from simulated savings; of one supply the remaining shares multiply",
} as const;
const UNKNOWN = { kind: "insufficient", reason: "of none of them a saving is known" } as const;

export function CombinedFigures({ combined }: { combined: Combined }) {
  const { saving_kg, why, supplies, left_out } = combined;
  const known = supplies.length > 0;
  return (
    <div className="space-y-2">
      <Figure
        size="small"
        label="Saving together in 28 days"
        quantity={known ? mass(saving_kg) : null}
        basis={known ? BASIS : UNKNOWN}
        note={known && sumText(combined)}
      />
      {known && <p className="text-sm text-muted">{why}</p>}
      {(supplies.length > 0 || left_out.length > 0) && (
        <details className="text-sm">
          <summary className="cursor-pointer text-accent">
            {[
              supplies.length > 0 && "By entity and supply",
              left_out.length > 0 && `${plural(left_out.length, "recommendation")} left out`,
            ]
              .filter(Boolean)
              .join(", ")}
          </summary>
          <Supplies supplies={supplies} />
          <ul className="mt-2 space-y-1">
            {left_out.map(({ id, reason }) => (
              <li key={id}>
                {id}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** How it stands to the sum that one would expect. */
export function sumText({ saving_kg, plain_sum_kg }: Combined): string {
  return plain_sum_kg > saving_kg ? `not ${massText(plain_sum_kg)}, their plain sum` : "their plain sum";
}

function Supplies({ supplies }: Pick<Combined, "supplies">) {
  if (supplies.length === 0) return null;
  return (
    <table className="mt-2 w-full text-left">
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="font-medium">
            Entity and supply
          </th>
          <th scope="col" className="text-right font-medium">
            Plain sum
          </th>
          <th scope="col" className="text-right font-medium">
            Together
          </th>
        </tr>
      </thead>
      <tbody>
        {supplies.map(({ entity, supply, ids, plain_sum_kg, saving_kg }) => (
          <tr key={`${entity}/${supply}`}>
            <th scope="row" className="py-1 pr-3 font-normal">
              {entity}, {label(supply).toLowerCase()} <span className="text-muted">({ids.join(", ")})</span>
            </th>
            <td className="py-1 text-right">
              <Mass kg={plain_sum_kg} />
            </td>
            <td className="py-1 text-right">
              <Mass kg={saving_kg} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
