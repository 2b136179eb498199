// One rule as a form: changed, previewed, stored, deleted.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FlaskConical, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ask } from "@/api/ask";
import { useAction } from "@/api/useAction";
import { label, listed } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { Select, Switch, TextField } from "@/ui/field";
import { DeleteRule } from "./DeleteRule";
import { draftOf, factsOf, KINDS, NEW } from "./draft";
import { MatchField, problemAt, TellingFields } from "./fields";
import { Governed } from "./Governed";
import { KindFields } from "./KindFields";
import type { Rule } from "./policy";

const route = getRouteApi("/rules");
const KIND_NAMES = KINDS.map((value) => ({ value, label: label(value) }));

/** Without a rule it makes a new one. */
export function Editor({ rule }: { rule: Rule | null }) {
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState(() => (rule ? draftOf(rule) : NEW));
  const [deleting, setDeleting] = useState(false);
  const receivers = useQuery(ask("/receivers"));
  const store = useAction("put", "/rules/{name}", {
    done: ({ name }) => `Rule ${name} is stored.`,
    touches: ["/rules", "/hotspots"],
    quiet: true,
    onDone: (stored) => {
      setDraft(draftOf(stored));
      void navigate({ search: (now) => ({ ...now, open: stored.name, making: false }) });
    },
  });
  const facts = factsOf(draft, rule?.overrides);
  const save = (event: FormEvent) => {
    event.preventDefault();
    store.mutate({ path: { name: draft.name.trim() }, body: facts });
  };
  const form = {
    draft,
    error: store.error,
    change: (part: object) => setDraft((now) => ({ ...now, ...part })),
  };
  const isDefault = rule?.name === "default";
  const changed = JSON.stringify(draft) !== JSON.stringify(rule ? draftOf(rule) : NEW);
  const overridden = Object.keys(rule?.overrides ?? {});
  return (
    <form className="space-y-3" onSubmit={save}>
      {rule?.built_in && (
        <p className="text-sm text-muted">Built in; storing it makes it a rule of your own.</p>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Name"
          required
          disabled={rule !== null}
          problem={problemAt(store.error, "path.name") ?? problemAt(store.error, "name")}
          value={draft.name}
          onChange={(event) => form.change({ name: event.target.value })}
        />
        <Select
          label="Kind"
          value={draft.kind}
          disabled={isDefault}
          problem={problemAt(store.error, "kind")}
          onValue={(kind) => form.change({ kind })}
          options={KIND_NAMES}
        />
      </div>
      {isDefault ? (
        <p className="text-sm text-muted">
          It watches whatever no other rule does, and cannot be switched off.
        </p>
      ) : (
        <>
          <Switch label="On" value={draft.enabled} onValue={(enabled) => form.change({ enabled })} />
          <MatchField {...form} />
        </>
      )}
      <Governed name={draft.name.trim()} facts={facts} />
      <KindFields {...form} />
      {overridden.length > 0 && (
        <p className="text-sm text-muted">
          Policies of single entities stay as they are: {listed(overridden)}. They are edited in a rules file.
        </p>
      )}
      <TellingFields {...form} receivers={(receivers.data ?? []).map(({ name }) => name)} />
      {store.error && (
        <p role="alert" className="text-sm text-critical">
          {store.error.message} {store.error.remedy}
        </p>
      )}
      <div className="flex flex-wrap gap-2 border-t pt-3">
        <Button type="submit" look="solid" busy={store.isPending} disabled={!changed && !rule?.built_in}>
          Store
        </Button>
        {changed && <Button onClick={() => setDraft(rule ? draftOf(rule) : NEW)}>As it was</Button>}
        {rule?.kind === "hotspot" && (
          <Button
            icon={FlaskConical}
            onClick={() => void navigate({ search: { tab: "backtest", open: rule.name } })}
          >
            Backtest
          </Button>
        )}
        {rule && !rule.built_in && (
          <Button look="danger" icon={Trash2} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        )}
      </div>
      {deleting && rule && <DeleteRule name={rule.name} onClose={() => setDeleting(false)} />}
    </form>
  );
}
