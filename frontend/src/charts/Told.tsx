// What is said of the place under the pointer: its name, and each series' value there.
import { shown } from "./series";

interface Given {
  name: string | undefined;
  values: readonly (readonly [label: string, value: number | null | undefined])[];
  unit: string;
}

export function Told({ name, values, unit }: Given) {
  return (
    <>
      <p className="font-medium">{name}</p>
      {values.map(([label, value]) => (
        <p key={label}>
          <span className="text-muted">{label} </span>
          {shown(value)} {unit}
        </p>
      ))}
    </>
  );
}
