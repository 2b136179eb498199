// A form whose state is in the address, written there a moment after the last change: sliders and keys are quicker
// than an address may change. What comes from the address alone (back, a link, a kept question) replaces the draft.
import { useEffect, useState } from "react";

const PAUSE_MS = 300;

export function useDraft<T>(
  inAddress: T,
  write: (draft: T) => void,
): [draft: T, set: (part: Partial<T>) => void] {
  const address = JSON.stringify(inAddress);
  const [draft, setDraft] = useState(inAddress);
  const [seen, see] = useState(address);
  const [written, setWritten] = useState(address);
  if (seen !== address) {
    see(address);
    if (address !== written) {
      setDraft(inAddress);
      setWritten(address);
    }
  }
  const text = JSON.stringify(draft);
  useEffect(() => {
    if (text === written) return;
    const timer = setTimeout(() => {
      setWritten(text);
      write(JSON.parse(text) as T);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, written, write]);
  return [draft, (part) => setDraft((now) => ({ ...now, ...part }))];
}
