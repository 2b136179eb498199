// Which page shows what a figure was read from.

/** The page for a path of the API, where there is one; a rollup of the database has none. */
export function pageOf(source: string) {
  const hotspot = /^\/hotspots\/(\d+)$/.exec(source)?.[1];
  if (hotspot) return { to: "/hotspots/$hotspotId", params: { hotspotId: hotspot } } as const;
  if (source.startsWith("/hotspots")) return { to: "/hotspots" } as const;
  if (source.startsWith("/recommendations")) return { to: "/recommendations" } as const;
  if (source.startsWith("/alerts")) return { to: "/alerts" } as const;
  if (/^\/(emissions\/forecast|forecasts|targets)/.test(source)) return { to: "/forecast" } as const;
  return source.startsWith("/emissions") ? ({ to: "/" } as const) : null;
}
