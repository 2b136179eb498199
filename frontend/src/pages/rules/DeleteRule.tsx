// The question before a rule goes.
import { getRouteApi } from "@tanstack/react-router";
import { useAction } from "@/api/useAction";
import { Confirm } from "@/ui/dialog";

const route = getRouteApi("/rules");

export function DeleteRule({ name, onClose }: { name: string; onClose: () => void }) {
  const navigate = route.useNavigate();
  const remove = useAction("delete", "/rules/{name}", {
    done: `Rule ${name} is deleted.`,
    touches: ["/rules", "/hotspots", "/alerts"],
    onDone: () => {
      onClose();
      void navigate({ search: (now) => ({ ...now, open: "" }) });
    },
  });
  return (
    <Confirm
      open
      danger
      onOpenChange={onClose}
      title={`Delete rule ${name}?`}
      about={
        name === "default"
          ? "The built-in one takes its place, with the policy of the settings. The audit trail keeps what it was."
          : "Its open alerts are resolved, and what it governed falls to the next most specific rule. The audit trail keeps what it was."
      }
      does="Delete it"
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ path: { name } })}
    />
  );
}
