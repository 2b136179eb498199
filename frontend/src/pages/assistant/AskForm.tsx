// The question, and what it is about beside its words.
import { SendHorizontal, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { label } from "@/lib/sentence";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { Select, TextArea } from "@/ui/field";
import { SavedField } from "@/ui/savedField";
import { LONGEST_DAYS, LONGEST_QUESTION, TYPES } from "./conversation";

export interface About {
  entity: string;
  type: (typeof TYPES)[number];
  days: number;
}

interface Given {
  about: About;
  onAbout: (part: Partial<About>) => void;
  onAsk: (question: string) => void;
  busy: boolean;
  onStop: () => void;
}

export function AskForm({ about, onAbout, onAsk, busy, onStop }: Given) {
  const [question, setQuestion] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  useShortcuts([{ keys: "/", does: "To the question", run: () => box.current?.focus() }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || question.trim() === "") return;
    onAsk(question.trim());
    setQuestion("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends a composed character is no Enter of the form
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    submit(event);
  };
  return (
    <form onSubmit={submit} className="space-y-3 rounded-lg border bg-surface p-3">
      <TextArea
        ref={box}
        label="Question"
        hint="Enter asks, Shift and Enter begins a new line."
        maxLength={LONGEST_QUESTION}
        rows={2}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="grid items-end gap-3 sm:grid-cols-[2fr_1fr_1fr_auto]">
        <SavedField
          label="About a route, site or supplier"
          value={about.entity}
          onValue={(entity) => onAbout({ entity })}
          placeholder="any"
        />
        <Select
          label="Event type"
          value={about.type}
          onValue={(type) => onAbout({ type })}
          options={TYPES.map((value) => ({ value, label: value === "all" ? "Any" : label(value) }))}
        />
        <SavedField
          label="Days up to today"
          value={about.days > 0 ? String(about.days) : ""}
          onValue={(text) => onAbout({ days: daysOf(text) })}
          placeholder="as asked"
        />
        {busy ? (
          <Button icon={Square} onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button type="submit" look="solid" icon={SendHorizontal} disabled={question.trim() === ""}>
            Ask
          </Button>
        )}
      </div>
    </form>
  );
}

/** What was typed as days; 0, which is as the question says, where it is no number the engine takes. */
export function daysOf(text: string): number {
  const days = Number(text);
  return Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS ? days : 0;
}
