// Whether what is shown is live; a press pauses it, another goes on.
import { CirclePause, LoaderCircle, Radio } from "lucide-react";
import type { FeedState } from "@/live/feed";
import { useFeed, useFeedState } from "@/live/useLive";
import { classes } from "@/ui/classes";
import { Tip } from "@/ui/tip";

const SIGNS = {
  live: { word: "Live", icon: Radio, look: "text-good", about: "Changes show at once. Press to pause." },
  reconnecting: {
    word: "Reconnecting",
    icon: LoaderCircle,
    look: "text-warn",
    about: "No live connection: the page asks every 30 seconds. Press to pause.",
  },
  paused: {
    word: "Paused",
    icon: CirclePause,
    look: "text-muted",
    about: "Nothing is asked for by itself. Press to go on.",
  },
} satisfies Record<FeedState, object>;

export function FeedChip() {
  const feed = useFeed();
  const state = useFeedState();
  const { word, icon: Icon, look, about } = SIGNS[state];
  return (
    <>
      <Tip words={about}>
        <button
          type="button"
          onClick={() => (state === "paused" ? feed.start() : feed.pause())}
          className="inline-flex h-7 items-center gap-1.5 rounded-full border bg-surface px-2.5 text-xs hover:bg-raised"
        >
          <Icon size={13} aria-hidden className={classes(look, state === "reconnecting" && "animate-spin")} />
          {word}
        </button>
      </Tip>
      <span role="status" className="sr-only">
        {word}
      </span>
    </>
  );
}
