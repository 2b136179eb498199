// Import: drop a file, see what would become of it, mend how it is read, store it, and take it out again.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { Page } from "@/ui/page";
import { FilePanel } from "./FilePanel";
import { JobList } from "./JobList";
import { JobSheet } from "./JobSheet";
import type { Told } from "./mapping";
import { Presets } from "./Presets";
import { PreviewPanel } from "./PreviewPanel";
import { usePreview } from "./usePreview";

const route = getRouteApi("/import");
const NOTHING: Told = {};

export function ImportPage() {
  useLive(["ingest_jobs"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [told, setTold] = useState<Told>(NOTHING);
  const presets = useQuery(ask("/api/v1/ingest/mappings", { query: { limit: 200 } }));
  const previewed = usePreview(file, search.source, told);
  const change = (part: Partial<typeof search>) => navigate({ search: (now) => ({ ...now, ...part }) });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setTold(NOTHING);
  };
  const sent = (job: string) => {
    choose(null);
    void change({ job });
  };
  return (
    <Page title="Import" about="Events from files. Nothing is stored before you have seen the preview.">
      <div className="space-y-4">
        <FilePanel
          file={file}
          onFile={choose}
          source={search.source}
          onSource={(source) => void change({ source })}
          known={(presets.data ?? []).map(({ source }) => source)}
        />
        {file && (
          <PreviewPanel
            {...{ file, told, previewed }}
            source={search.source}
            onTold={setTold}
            onSent={sent}
          />
        )}
        <JobList
          openId={search.job}
          onOpen={(job) => void change({ job })}
          sort={search.sort}
          onSort={(sort) => void change({ sort })}
        />
        <Presets query={presets} onUse={(source) => void change({ source })} />
      </div>
      <JobSheet jobId={search.job} onClose={() => void change({ job: "" })} />
    </Page>
  );
}
