// Dark, light, or as the system has it. styles.css has both values of every colour; which one holds is one attribute.
import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const NAME = "carbon-nexus.theme";
const listeners = new Set<() => void>();

export function theme(): Theme {
  const kept = localStorage.getItem(NAME);
  return THEMES.find((each) => each === kept) ?? "system";
}

export function setTheme(chosen: Theme): void {
  localStorage.setItem(NAME, chosen);
  applyTheme();
  for (const tell of listeners) tell();
}

/** Called before the first paint, too. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = theme();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
