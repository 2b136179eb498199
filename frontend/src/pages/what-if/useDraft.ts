// A form whose state is in the address, written there a moment after the last change: sliders and keys are quicker
// than an address may change. What comes from the address alone (back, a link, a kept question) replaces the draft.
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Question } from "./question";
import type { ShiftQuestion } from "./shift";

const here = getRouteApi("/what-if");
const PAUSE_MS = 300;

/** Of an answer: it stays as it was given until another question is asked. */
export const ON_REQUEST = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: false,
  placeholderData: keepPreviousData,
} as const;

interface Draft<T> {
  draft: T;
  set: (part: Partial<T>) => void;
  /** Ask it: the address then says so. */
  ask: () => void;
  /** Nothing was asked yet, or another question than the draft. */
  unasked: boolean;
}

export function useDraft<T extends Question | ShiftQuestion>(inAddress: T): Draft<T> {
  const { run } = here.useSearch();
  const navigate = here.useNavigate();
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
      const typed = JSON.parse(text) as T;
      void navigate({
        search: (now) => ({ ...now, ...typed, run: false }),
        replace: true,
        resetScroll: false,
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, written, navigate]);
  return {
    draft,
    set: (part) => setDraft((now) => ({ ...now, ...part })),
    ask: () => void navigate({ search: (now) => ({ ...now, ...draft, run: true }), resetScroll: false }),
    unasked: !run || text !== address,
  };
}
