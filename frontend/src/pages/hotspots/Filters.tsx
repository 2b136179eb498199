// What narrows the list of hotspots; all of it is in the address.
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useId, useState } from "react";
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

export function Filters({ entities }: { entities: readonly string[] }) {
  const { state, level, type, entity } = route.useSearch();
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
      <EntityFilter
        entity={entity}
        entities={entities}
        onEntity={(value) => void navigate({ search: (now) => ({ ...now, entity: value }) })}
      />
    </>
  );
}

interface Given {
  entity: string;
  entities: readonly string[];
  onEntity: (entity: string) => void;
}

/** Asked once it is written to its end: the API finds whole names only. */
function EntityFilter({ entity, entities, onEntity }: Given) {
  const [written, write] = useState(entity);
  const names = useId();
  useEffect(() => write(entity), [entity]);
  const done = () => {
    if (written.trim() !== entity) onEntity(written.trim());
  };
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <div className="w-44">
        <TextField
          label="Entity, its whole name"
          hideLabel
          placeholder="Entity"
          list={names}
          value={written}
          onChange={(event) => write(event.target.value)}
          onBlur={done}
        />
      </div>
      <datalist id={names}>
        {entities.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {entity && (
        <Button look="quiet" onClick={() => onEntity("")}>
          Any entity
        </Button>
      )}
    </form>
  );
}
