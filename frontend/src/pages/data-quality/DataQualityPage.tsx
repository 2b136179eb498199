// Data quality: how good the rows are, by source; who stopped reporting; what stands in for missing values.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { SavedField } from "@/ui/savedField";
import { GapList } from "./GapList";
import { Score } from "./Score";
import { Sources } from "./Sources";
import { StandIns } from "./StandIns";
import { SupplierSheet } from "./SupplierSheet";

const route = getRouteApi("/data-quality");

export function DataQualityPage() {
  useLive(["emissions", "ingest_jobs"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const quality = useQuery(ask("/data-quality"));
  const change = (part: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...part }) });
  return (
    <Page
      title="Data quality"
      about="What the figures rest on."
      actions={
        <SavedField
          label="Supplier"
          hideLabel
          placeholder="Look at a supplier"
          value={search.supplier}
          onValue={(supplier) => change({ supplier })}
        />
      }
    >
      <div className="space-y-4">
        <Score query={quality} />
        <Sources
          query={quality}
          openId={search.source}
          onOpen={(source) => change({ source })}
          sort={search.sort}
          onSort={(sort) => change({ sort })}
        />
        <GapList
          status={search.gaps}
          onStatus={(gaps) => change({ gaps })}
          onSupplier={(supplier) => change({ supplier })}
        />
        <StandIns field={search.field} onField={(field) => change({ field })} />
      </div>
      <SupplierSheet supplier={search.supplier} onClose={() => change({ supplier: "" })} />
    </Page>
  );
}
