// The API key of this tab.
//
// It is kept in sessionStorage: it survives a reload, ends with the tab, is not shared with other tabs or sites,
// and, unlike a cookie, is never sent by itself, so no other page can act in its name.

const NAME = "carbon-nexus.key";
const listeners = new Set<() => void>();
let refused = false;

export function apiKey(): string | null {
  return sessionStorage.getItem(NAME);
}

/** Keep the key; whoever watches may try again. */
export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key);
  setRefused(false);
}

export function forgetKey(): void {
  sessionStorage.removeItem(NAME);
  setRefused(true);
}

/** Called where the engine answered 401: a key is needed, or another one. */
export function keyRefused(): void {
  setRefused(true);
}

/** Whether the engine asks for a key that this page does not have. */
export function keyIsNeeded(): boolean {
  return refused;
}

export function watchKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setRefused(now: boolean): void {
  refused = now;
  for (const tell of listeners) tell();
}
