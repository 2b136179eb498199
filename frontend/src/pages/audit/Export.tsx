// Save the entries that are looked for as a file, with their hashes, to be checked without us.
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { apiKey } from "@/api/key";
import { asProblem } from "@/api/problem";
import { Button } from "@/ui/button";
import { Tip } from "@/ui/tip";
import { useToast } from "@/ui/toast";
import { exportPath, type Format, fetchExport } from "./exporting";
import { askedOf, isFiltered } from "./filters";

const route = getRouteApi("/audit");
const FORMATS: readonly Format[] = ["ndjson", "csv"];

export function Export() {
  const search = route.useSearch();
  const which = isFiltered(search) ? "the entries that are filtered for" : "the whole trail";
  return (
    <>
      {FORMATS.map((format) => (
        <Save key={format} format={format} path={exportPath(askedOf(search), format)} which={which} />
      ))}
    </>
  );
}

function Save({ format, path, which }: { format: Format; path: string; which: string }) {
  const toast = useToast();
  const name = `audit.${format}`;
  const save = useMutation({
    mutationFn: () => fetchExport(path, name),
    onError: (error) => {
      const problem = asProblem(error);
      toast.complain(problem.message, problem.remedy);
    },
  });
  const words = `Save ${which} as ${format.toUpperCase()}, each entry with its hash`;
  if (apiKey() !== null) {
    return (
      <Tip words={words}>
        <Button icon={Download} busy={save.isPending} onClick={() => save.mutate()}>
          {format.toUpperCase()}
        </Button>
      </Tip>
    );
  }
  return (
    <Tip words={words}>
      {/* without keys a link will do, and the browser writes it to the disk as it comes */}
      <a
        href={path}
        download={name}
        className="inline-flex h-8 items-center gap-1.5 rounded-md border border-control/60 bg-surface px-3 text-sm font-medium hover:bg-raised"
      >
        <Download size={15} aria-hidden />
        {format.toUpperCase()}
      </a>
    </Tip>
  );
}
