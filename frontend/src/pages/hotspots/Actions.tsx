// What can be done about a hotspot: simulate, recommend, say what it was.
import { getRouteApi, Link } from "@tanstack/react-router";
import { Check, CircleOff, FlaskConical, Lightbulb, Undo2 } from "lucide-react";
import { useAction } from "@/api/useAction";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { Dismiss } from "./Dismiss";
import { Recommend } from "./Recommend";
import { scopeOf } from "./scope";
import type { Hotspot } from "./words";

const route = getRouteApi("/hotspots/$hotspotId");
/** The look of a button, for what goes to another page and so is a link. */
const AS_BUTTON =
  "inline-flex h-8 items-center gap-1.5 rounded-md border border-control/60 bg-surface px-3 text-sm font-medium hover:bg-raised";
type Form = "none" | "recommend" | "dismiss";

export function Actions({ hotspot }: { hotspot: Hotspot }) {
  const { form } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (which: Form) => void navigate({ search: (now) => ({ ...now, form: which }) });
  const close = () => show("none");
  useShortcuts([
    {
      keys: "w",
      does: "Simulate a change",
      run: () => void navigate({ to: "/what-if", search: scopeOf(hotspot) }),
    },
    { keys: "r", does: "Recommend something", run: () => show("recommend") },
    ...(hotspot.verdict ? [] : [{ keys: "n", does: "Not a problem", run: () => show("dismiss") }]),
  ]);
  return (
    <>
      <Link to="/what-if" search={scopeOf(hotspot)} className={AS_BUTTON}>
        <FlaskConical size={15} aria-hidden />
        Simulate
      </Link>
      <Button icon={Lightbulb} onClick={() => show("recommend")}>
        Recommend
      </Button>
      <Verdict hotspot={hotspot} onDismiss={() => show("dismiss")} />
      {form === "recommend" && <Recommend hotspot={hotspot} onClose={close} />}
      {form === "dismiss" && !hotspot.verdict && <Dismiss hotspot={hotspot} onClose={close} />}
    </>
  );
}

function Verdict({ hotspot, onDismiss }: { hotspot: Hotspot; onDismiss: () => void }) {
  const path = { hotspot_id: hotspot.id };
  const confirm = useAction("post", "/hotspots/{hotspot_id}/feedback", {
    done: "Noted as a real problem: it no longer counts as usual for its entity",
    touches: ["/hotspots"],
  });
  const withdraw = useAction("delete", "/hotspots/{hotspot_id}/feedback", {
    done: "Taken back",
    touches: ["/hotspots", "/alerts"],
  });
  if (hotspot.verdict) {
    return (
      <Button icon={Undo2} busy={withdraw.isPending} onClick={() => withdraw.mutate({ path })}>
        Take the verdict back
      </Button>
    );
  }
  return (
    <>
      <Button
        icon={Check}
        busy={confirm.isPending}
        onClick={() => confirm.mutate({ path, body: { verdict: "useful", reason: "" } })}
      >
        A real problem
      </Button>
      <Button icon={CircleOff} onClick={onDismiss}>
        Not a problem
      </Button>
    </>
  );
}
