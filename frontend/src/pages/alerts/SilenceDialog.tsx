// A silence for one alert or several: what it holds is shown before it is stored.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { send } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { useSettled } from "@/lib/settled";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Select, TextArea, TextField } from "@/ui/field";
import { commonMatchers, endOf, LENGTHS, type Length, linesOf } from "./silencing";
import type { Alert } from "./views";

interface Given {
  alerts: readonly Alert[];
  onClose: () => void;
  onDone: () => void;
}

export function SilenceDialog({ alerts, onClose, onDone }: Given) {
  const [text, setText] = useState(() => commonMatchers(alerts).join("\n"));
  const [reason, setReason] = useState("");
  const [length, setLength] = useState<Length>("24");
  const store = useAction("post", "/silences", {
    done: ({ id }) => `Silence ${id} is stored; it shows at the next evaluation.`,
    touches: ["/silences", "/alerts"],
    quiet: true,
    onDone: () => {
      onDone();
      onClose();
    },
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    store.mutate({
      body: { matchers: linesOf(text), reason: reason.trim(), ends_at: endOf(length, new Date()) },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Silence ${plural(alerts.length, "alert")}`}
      about="Whatever meets all conditions is told to nobody for this time, what comes later too."
    >
      <form className="space-y-3" onSubmit={save}>
        <TextArea
          label="Conditions, one a line"
          className="font-mono text-sm"
          hint={text ? "For example: entity = plant-7, severity != critical" : "These alerts share no label."}
          problem={problemAt(store.error, "matchers")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Held matchers={linesOf(text)} />
        <TextField
          label="Reason"
          required
          problem={problemAt(store.error, "reason")}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Select label="For" value={length} onValue={setLength} options={LENGTHS} />
        {store.error?.fields.length === 0 && (
          <p role="alert" className="text-sm text-critical">
            {store.error.message} {store.error.remedy}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" busy={store.isPending} disabled={linesOf(text).length === 0}>
            Silence
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Which open alerts these conditions mean. */
function Held({ matchers }: { matchers: string[] }) {
  const asked = useSettled(matchers.join("\n"));
  const preview = useQuery({
    queryKey: ["/silences/preview", asked],
    queryFn: async ({ signal }) =>
      (
        await send<"post", "/silences/preview">(
          "post",
          "/silences/preview",
          { body: { matchers: linesOf(asked) } },
          signal,
        )
      ).data,
    enabled: asked !== "",
    retry: false,
  });
  const words = () => {
    if (asked === "") return "Without a condition there is no silence.";
    if (preview.error) return asProblem(preview.error).message;
    if (!preview.data) return "Looking what it holds…";
    const { open_total, last_7_days } = preview.data;
    return `Holds ${plural(open_total, "open alert")}; ${plural(last_7_days, "alert")} of the last 7 days met it.`;
  };
  return (
    <div aria-live="polite" className="rounded-md border px-2.5 py-1.5 text-sm">
      <p>{words()}</p>
      <ul className="text-muted">
        {preview.data?.open_alerts.slice(0, 3).map(({ id, message }) => (
          <li key={id} className="truncate">
            {id}: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

function problemAt(error: { fields: { where: string; message: string }[] } | null, field: string) {
  return error?.fields.find(({ where }) => where.split(".")[0] === field)?.message;
}
