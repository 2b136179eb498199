// What narrows the list of hotspots; all of it is in the address.
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import { label } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Segments, Select, TextField } from "@/ui/field";
import { LEVELS, STATES, TYPES } from "./words";

const route = getRouteApi("/hotspots");
const named = <T extends string>(words: readonly T[], all: string) =>
  words.map((value) => ({ value, label: value === "all" ? all : label(value) }));
const STATE_OPTIONS = named(STATES, "All");
const LEVEL_OPTIONS = named(LEVELS, "Any severity");
const TYPE_OPTIONS = named(TYPES, "Any event");

export function Filters() {
  const { state, level, type, entity, q } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <Segments
        label="State"
        value={state}
        options={STATE_OPTIONS}
        onValue={(value) => void navigate({ search: (now) => ({ ...now, state: value }) })}
      />
      <Select
        label="Severity"
        hideLabel
        value={level}
        options={LEVEL_OPTIONS}
        onValue={(value) => void navigate({ search: (now) => ({ ...now, level: value }) })}
      />
      <Select
        label="Type of event"
        hideLabel
        value={type}
        options={TYPE_OPTIONS}
        onValue={(value) => void navigate({ search: (now) => ({ ...now, type: value }) })}
      />
      <NamePart value={q} onValue={(value) => void navigate({ search: (now) => ({ ...now, q: value }) })} />
      {entity && (
        <Button
          icon={X}
          onClick={() => void navigate({ search: (now) => ({ ...now, entity: undefined }) })}
          aria-label={`Any entity, not only ${entity}`}
        >
          {entity}
        </Button>
      )}
    </>
  );
}

interface Given {
  value: string;
  onValue: (part: string) => void;
}

/** It counts on Enter, when the field is left, or when it is emptied, not with every letter. */
function NamePart({ value, onValue }: Given) {
  const [typed, setTyped] = useState({ from: value, text: value });
  // changed from outside: what was typed before is gone
  if (typed.from !== value) setTyped({ from: value, text: value });
  const finish = (text: string) => text.trim() !== value && onValue(text.trim());
  return (
    <TextField
      label="Part of an entity's name"
      hideLabel
      type="search"
      placeholder="Entity"
      maxLength={200}
      autoComplete="off"
      className="w-44"
      value={typed.text}
      onChange={({ target: { value: text } }) => {
        setTyped({ from: value, text });
        if (text === "") finish(text);
      }}
      onBlur={() => finish(typed.text)}
      onKeyDown={({ key }) => key === "Enter" && finish(typed.text)}
    />
  );
}
