// How this browser shows things: light or dark, and how units and times are chosen.
import { useId } from "react";
import { label } from "@/lib/sentence";
import { setTheme, THEMES, useTheme } from "@/lib/theme";
import { Segments } from "@/ui/field";

export function Appearance() {
  const heading = useId();
  const theme = useTheme();
  return (
    <section aria-labelledby={heading} className="space-y-3 rounded-lg border bg-surface px-4 pt-2 pb-4">
      <h2 id={heading} className="text-base font-semibold">
        Appearance
      </h2>
      <Segments
        label="Theme"
        value={theme}
        onValue={setTheme}
        options={THEMES.map((value) => ({ value, label: label(value) }))}
      />
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-muted">Units</dt>
        <dd>g, kg, t or kt of CO2e, by the size of each figure. There is nothing to set.</dd>
        <dt className="text-muted">Times</dt>
        <dd>Relative, and in UTC when pointed at. Days are UTC days.</dd>
        <dt className="text-muted">Kept</dt>
        <dd>The theme stays in this browser; everything else is the engine's and holds for everybody.</dd>
      </dl>
    </section>
  );
}
