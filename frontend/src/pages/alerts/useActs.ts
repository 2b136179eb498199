// What can be done with one alert or with several at once.
import { useAction } from "@/api/useAction";
import { useToast } from "@/ui/toast";
import type { Alert } from "./views";
import { acknowledgedWords, assignedWords } from "./words";

/** As many as the engine takes at once. */
const MOST_AT_ONCE = 100;

export function useActs(onDone: () => void) {
  const toast = useToast();
  const acknowledge = useAction("post", "/alerts/acknowledge", {
    done: acknowledgedWords,
    touches: ["/alerts"],
    onDone,
  });
  const back = useAction("post", "/alerts/{alert_id}/unacknowledge", {
    done: "Acknowledgement taken back.",
    touches: ["/alerts"],
  });
  const assign = useAction("post", "/alerts/assign", { done: assignedWords, touches: ["/alerts"], onDone });
  const few = (alerts: readonly Alert[], what: string) => {
    if (alerts.length > MOST_AT_ONCE)
      toast.complain(`${alerts.length} are selected; ${MOST_AT_ONCE} can be ${what} at once.`);
    return alerts.length > 0 && alerts.length <= MOST_AT_ONCE;
  };
  return {
    acknowledge: (alerts: readonly Alert[]) => {
      if (few(alerts, "acknowledged")) acknowledge.mutate({ body: { ids: alerts.map(({ id }) => id) } });
    },
    takeBack: ({ id }: Alert) => back.mutate({ path: { alert_id: id } }),
    assign: (
      alerts: readonly Alert[],
      to: { assignee: string | null; note: string | null },
      onAssigned: () => void,
    ) => {
      const body = { ids: alerts.map(({ id }) => id), ...to };
      if (few(alerts, "assigned")) assign.mutate({ body }, { onSuccess: onAssigned });
    },
    busy: acknowledge.isPending || back.isPending || assign.isPending,
  };
}

export type Acts = ReturnType<typeof useActs>;
