// A text that counts once it is finished: on Enter or when the field is left, not with every letter.
import { useId, useState } from "react";
import { TextField } from "./field";

interface Given {
  label: string;
  hideLabel?: boolean;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  placeholder?: string;
  /** Texts to choose from; any other may be typed as well. */
  choices?: readonly string[];
}

export function SavedField({ value, onValue, choices, ...rest }: Given) {
  const list = useId();
  const [typed, setTyped] = useState({ from: value, text: value });
  // changed from outside: what was typed before is gone
  if (typed.from !== value) setTyped({ from: value, text: value });
  const finish = () => {
    const text = typed.text.trim();
    if (text !== value) onValue(text);
  };
  return (
    <>
      <TextField
        {...rest}
        value={typed.text}
        list={choices ? list : undefined}
        autoComplete="off"
        onChange={(event) => setTyped({ from: value, text: event.target.value })}
        onBlur={finish}
        onKeyDown={(event) => event.key === "Enter" && finish()}
      />
      {choices && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}
