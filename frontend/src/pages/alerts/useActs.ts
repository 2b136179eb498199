// What can be done with one alert or with several at once.
import { useQueryClient } from "@tanstack/react-query";
import { refresh } from "@/api/ask";
import { useAction } from "@/api/useAction";
import { plural } from "@/lib/sentence";
import { useToast } from "@/ui/toast";
import type { Alert } from "./views";
import { acknowledgedWords } from "./words";

/** As many as the engine takes at once. */
const MOST_AT_ONCE = 100;

export function useActs(onDone: () => void) {
  const queries = useQueryClient();
  const toast = useToast();
  const many = useAction("post", "/alerts/acknowledge", {
    done: acknowledgedWords,
    touches: ["/alerts"],
    onDone,
  });
  const back = useAction("post", "/alerts/{alert_id}/unacknowledge", {
    done: "Acknowledgement taken back.",
    touches: ["/alerts"],
  });
  const one = useAction("post", "/alerts/{alert_id}/assign");
  const assign = async (alerts: readonly Alert[], assignee: string | null, note: string | null) => {
    let done = 0;
    // one after the other: the engine has no request for several, and each is a line on a timeline of its own
    for (const { id } of alerts) {
      const given = { path: { alert_id: id }, body: { assignee, note } };
      // the action tells of the problem itself
      done += await one.mutateAsync(given).then(
        () => 1,
        () => 0,
      );
    }
    if (done > 0) toast.say(`${plural(done, "alert")} assigned to ${assignee ?? "nobody"}.`);
    await refresh(queries, "/alerts");
    onDone();
  };
  return {
    acknowledge: (alerts: readonly Alert[]) => {
      if (alerts.length > MOST_AT_ONCE)
        toast.complain(`${alerts.length} are selected; ${MOST_AT_ONCE} can be acknowledged at once.`);
      else if (alerts.length > 0) many.mutate({ body: { ids: alerts.map(({ id }) => id) } });
    },
    takeBack: ({ id }: Alert) => back.mutate({ path: { alert_id: id } }),
    assign,
    busy: many.isPending || back.isPending || one.isPending,
  };
}

export type Acts = ReturnType<typeof useActs>;
