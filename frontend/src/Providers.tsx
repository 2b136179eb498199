// What every page can count on: answers, the live feed, keys, tips, toasts.
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ShortcutProvider } from "./lib/shortcuts";
import type { LiveFeed } from "./live/feed";
import { FeedContext } from "./live/useLive";
import { TipProvider } from "./ui/tip";
import { ToastProvider } from "./ui/toast";

export function Providers({
  feed,
  queries,
  children,
}: {
  feed: LiveFeed;
  queries: QueryClient;
  children: ReactNode;
}) {
  return (
    <QueryClientProvider client={queries}>
      <FeedContext value={feed}>
        <TipProvider>
          <ToastProvider>
            <ShortcutProvider>{children}</ShortcutProvider>
          </ToastProvider>
        </TipProvider>
      </FeedContext>
    </QueryClientProvider>
  );
}
