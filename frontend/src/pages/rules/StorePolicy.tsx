// Make the tried policy that of the rule, after asking.
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { AS_IT_IS, type Policy, type Rule } from "./policy";
import { policyWords } from "./words";

const route = getRouteApi("/rules");

export function StorePolicy({ rule, own, policy }: { rule: Rule; own: Policy; policy: Policy }) {
  const navigate = route.useNavigate();
  const [asking, setAsking] = useState(false);
  const store = useAction("put", "/rules/{name}", {
    done: `Rule ${rule.name} has the policy that was tried.`,
    touches: ["/rules", "/hotspots"],
    onDone: () => {
      setAsking(false);
      void navigate({ search: (now) => ({ ...now, ...AS_IT_IS }) });
    },
  });
  return (
    <>
      <Button look="solid" onClick={() => setAsking(true)}>
        Store in {rule.name}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Change rule ${rule.name}?`}
        about="It counts from the next scan on. The audit trail keeps what it was."
        does="Change it"
        busy={store.isPending}
        onConfirm={() => store.mutate({ path: { name: rule.name }, body: { ...rule, policy } })}
      >
        <dl className="text-sm">
          <dt className="text-muted">Now</dt>
          <dd>{policyWords(own)}</dd>
          <dt className="mt-2 text-muted">Then</dt>
          <dd>{policyWords(policy)}</dd>
        </dl>
      </Confirm>
    </>
  );
}
