// Where the palette can go, for what somebody types.
import type { Shape } from "@/api/types";
import type { Entry } from "@/pages/entry";

export interface Jump {
  label: string;
  kind: "Page" | "Entity" | "Hotspot";
  to: string;
  params?: { hotspotId: string };
  search?: Record<string, string>;
}

const MOST = 12;

/** The word that leaves the fewest names: the engine looks for one part, all words are looked for in what it finds. */
export function longestWord(typed: string): string {
  return wordsOf(typed).reduce((longest, word) => (word.length > longest.length ? word : longest), "");
}

const wordsOf = (typed: string) => typed.trim().toLowerCase().split(/\s+/).filter(Boolean);

/** Pages and entities whose name has all the words; a number is a hotspot's id. */
export function jumpsFor(
  typed: string,
  pages: readonly Entry[],
  entities: readonly Pick<Shape<"SeenEntity">, "entity">[],
): Jump[] {
  const words = wordsOf(typed);
  const fits = (name: string) => words.every((word) => name.toLowerCase().includes(word));
  const hotspot = /^#?(\d+)$/.exec(typed.trim())?.[1];
  return [
    ...(hotspot
      ? [
          {
            label: `Hotspot ${hotspot}`,
            kind: "Hotspot" as const,
            to: "/hotspots/$hotspotId",
            params: { hotspotId: hotspot },
          },
        ]
      : []),
    ...pages
      .filter(({ label }) => fits(label))
      .map(({ label, to }) => ({ label, kind: "Page" as const, to })),
    ...[...new Set(entities.map(({ entity }) => entity))]
      .filter(fits)
      .map((name) => ({ label: name, kind: "Entity" as const, to: "/hotspots", search: { entity: name } })),
  ].slice(0, MOST + (words.length ? 0 : pages.length));
}
