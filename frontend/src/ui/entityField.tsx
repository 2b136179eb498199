// The name of an entity. Those that events name are offered for the letters typed so far; any other may be typed as
// well. It counts on Enter, when one is chosen, or when the field is left, not with every letter.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ChangeEvent, useId, useState } from "react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { label as words } from "@/lib/sentence";
import { useSettled } from "@/lib/settled";
import { TextField } from "./field";

type Seen = Shape<"SeenEntity">;
const MOST = 20;

interface Given {
  label?: string;
  hideLabel?: boolean;
  /** The name that counts; empty: none is chosen. */
  value: string;
  onValue: (name: string) => void;
  hint?: string;
  problem?: string;
  placeholder?: string;
  className?: string;
}

export function EntityField({ label = "Entity", value, onValue, ...rest }: Given) {
  const list = useId();
  const [typed, setTyped] = useState({ from: value, text: value });
  // changed from outside: what was typed before is gone
  if (typed.from !== value) setTyped({ from: value, text: value });
  const { offered, want } = useOffered(typed.text === value ? "" : typed.text);
  const finish = (text: string) => text.trim() !== value && onValue(text.trim());
  const change = ({ target: { value: text }, nativeEvent }: ChangeEvent<HTMLInputElement>) => {
    setTyped({ from: value, text });
    if (isChoice(nativeEvent)) finish(text);
  };
  return (
    <>
      <TextField
        {...rest}
        label={label}
        type="search"
        value={typed.text}
        list={list}
        maxLength={200}
        autoComplete="off"
        onFocus={want}
        onChange={change}
        onBlur={() => finish(typed.text)}
        onKeyDown={({ key }) => key === "Enter" && finish(typed.text)}
      />
      <datalist id={list}>
        {[...namesOf(offered)].map(([name, about]) => (
          <option key={name} value={name} label={`${name} · ${about}`} />
        ))}
      </datalist>
    </>
  );
}

/** What fits these letters; asked only once somebody is in the field. */
function useOffered(text: string) {
  const [wanted, setWanted] = useState(false);
  const q = useSettled(text.trim(), 150);
  const { data } = useQuery({
    ...ask("/entities", { query: { q, limit: MOST } }),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  return { offered: data ?? [], want: () => setWanted(true) };
}

/** Names in their order with what they are; a name of a route and of a warehouse is one choice. */
export function namesOf(offered: readonly Seen[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { entity, entity_type } of offered) {
    const before = names.get(entity);
    names.set(entity, before ? `${before}, ${entity_type}` : words(entity_type));
  }
  return names;
}

/** A browser says of a choice from the list that it replaces the text; a letter typed is inserted. */
function isChoice(event: Event): boolean {
  return !(event instanceof InputEvent) || event.inputType === "insertReplacementText";
}
