// For addresses without a page, and pages that break.
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { Page } from "@/ui/page";
import { Empty, Failed } from "@/ui/panel";

export function NotFound() {
  return (
    <Page title="No such page">
      <Empty
        words="There is nothing at this address."
        next={
          <Link to="/" className="text-accent underline">
            Go to Pulse
          </Link>
        }
      />
    </Page>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something broke">
      <Failed what="The page" problem={asProblem(error)} retry={reset} />
    </Page>
  );
}
