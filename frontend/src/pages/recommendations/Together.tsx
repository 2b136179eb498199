// What those that are selected save together; without a selection, all that were approved or are in place.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ask } from "@/api/ask";
import { Panel } from "@/ui/panel";
import { CombinedFigures } from "./CombinedFigures";

export function Together({ selected }: { selected: ReadonlySet<string> }) {
  const ids = [...selected].map(Number).sort((a, b) => a - b);
  const combined = useQuery({
    ...ask("/recommendations/combined", ids.length > 0 ? { query: { id: ids } } : {}),
    placeholderData: keepPreviousData,
  });
  const some = ids.length > 0;
  return (
    <Panel
      title={some ? `${ids.length} selected, together` : "Approved or in place, together"}
      query={combined}
      lines={3}
      isEmpty={({ supplies, left_out }) => supplies.length + left_out.length === 0}
      empty={{ words: some ? "Of these no saving is known." : "No measure was approved yet." }}
    >
      {(data) => <CombinedFigures combined={data} />}
    </Panel>
  );
}
