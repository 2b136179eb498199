// A moment: relative in the text, absolute in UTC on hover and for screen readers.
import { absolute, relative } from "@/lib/format";
import { useNow } from "@/lib/now";
import { Tip } from "./tip";

export function Time({ at, missing = "never" }: { at: string | Date | null | undefined; missing?: string }) {
  const now = useNow();
  if (!at) return <span className="text-muted">{missing}</span>;
  const then = typeof at === "string" ? new Date(at) : at;
  const exact = absolute(then);
  return (
    <Tip words={exact} describes={false}>
      <time dateTime={then.toISOString()} className="whitespace-nowrap">
        {relative(then, now)}
        <span className="sr-only"> ({exact})</span>
      </time>
    </Tip>
  );
}
