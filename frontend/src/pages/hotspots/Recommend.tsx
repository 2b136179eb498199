// Recommend something for a hotspot: a measure of the library, whose saving is simulated, or one's own words.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "@/api/ask";
import type { Shape } from "@/api/types";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Segments, Select, TextArea, TextField } from "@/ui/field";
import { Failed, Loading } from "@/ui/panel";
import { asBody, fitting, type Wish, whatLacks } from "./wish";
import type { Hotspot } from "./words";

const WAYS = [
  { value: "measure", label: "From the library" },
  { value: "own", label: "In my own words" },
] as const;

export function Recommend({ hotspot, onClose }: { hotspot: Hotspot; onClose: () => void }) {
  const [wish, setWish] = useState<Wish>({ way: "measure", measureId: "", title: "", description: "" });
  const [tried, setTried] = useState(false);
  const send = useAction("post", "/recommendations", {
    done: (made) => `Recommended: ${made.title}. It waits for a decision`,
    touches: ["/recommendations", "/hotspots"],
    onDone: onClose,
    quiet: true,
  });
  const lacks = tried ? whatLacks(wish) : {};
  const change = (part: Partial<Wish>) => setWish((now) => ({ ...now, ...part }));
  const submit = () => {
    setTried(true);
    if (Object.keys(whatLacks(wish)).length === 0) send.mutate({ body: asBody(hotspot.id, wish) });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Recommend something"
      about={`For ${hotspot.entity}. It waits for a decision like any other.`}
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Segments label="Way" value={wish.way} options={WAYS} onValue={(way) => change({ way })} />
        {wish.way === "measure" ? (
          <MeasureField hotspot={hotspot} wish={wish} change={change} problem={lacks.measureId} />
        ) : (
          <OwnWords wish={wish} change={change} lacks={lacks} />
        )}
        {send.error && (
          <p role="alert" className="text-sm text-critical">
            {send.error.message} {send.error.remedy}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" busy={send.isPending}>
            Recommend
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface Field {
  wish: Wish;
  change: (part: Partial<Wish>) => void;
}

function MeasureField({ hotspot, wish, change, problem }: Field & { hotspot: Hotspot; problem?: string }) {
  const query = useQuery(ask("/measures"));
  if (query.data === undefined) {
    return query.error ? (
      <Failed what="Measures" problem={query.error} retry={query.refetch} />
    ) : (
      <Loading lines={2} what="Measures" />
    );
  }
  const measures = fitting(query.data, hotspot);
  const chosen = measures.find(({ id }) => id === wish.measureId);
  if (measures.length === 0)
    return (
      <p className="text-muted">The library has no measure for {hotspot.event_type}: use your own words.</p>
    );
  return (
    <>
      <Select
        label="Measure"
        hint="Its saving is simulated on the entity's own events"
        problem={problem}
        value={wish.measureId}
        onValue={(measureId) => change({ measureId })}
        options={[
          { value: "", label: "Choose a measure" },
          ...measures.map(({ id, title }) => ({ value: id, label: title })),
        ]}
      />
      {chosen && <Chosen measure={chosen} />}
    </>
  );
}

function Chosen({ measure }: { measure: Shape<"MeasureAnswer"> }) {
  return (
    <div className="space-y-1 rounded-md border p-3 text-sm">
      <p>{measure.description}</p>
      <p className="text-muted">
        Elsewhere it saved {measure.reduction_low_pct} to {measure.reduction_high_pct} % of{" "}
        {measure.reduction_basis}; evidence {measure.evidence_grade}, {measure.source}
        {measure.year && `, ${measure.year}`}.
      </p>
      {measure.condition && <p className="text-muted">Where it fits: {measure.condition}</p>}
    </div>
  );
}

function OwnWords({ wish, change, lacks }: Field & { lacks: ReturnType<typeof whatLacks> }) {
  return (
    <>
      <TextField
        label="Title"
        problem={lacks.title}
        value={wish.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      <TextArea
        label="What is to be done"
        hint="Of one's own words the saving is not known"
        problem={lacks.description}
        value={wish.description}
        onChange={(event) => change({ description: event.target.value })}
      />
    </>
  );
}
