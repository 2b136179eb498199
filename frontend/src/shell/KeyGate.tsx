// Asks for the API key, where the engine wants one, and asks everything again once it is there.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState, useSyncExternalStore } from "react";
import { apiKey, keepKey, keyIsNeeded, watchKey } from "@/api/key";
import { useFeed } from "@/live/useLive";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";

export function KeyGate() {
  const needed = useSyncExternalStore(watchKey, keyIsNeeded);
  const queries = useQueryClient();
  const feed = useFeed();
  const [key, setKey] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keepKey(key.trim());
    setKey("");
    void queries.resetQueries();
    feed.start();
  };
  return (
    <Dialog
      open={needed}
      onOpenChange={() => undefined}
      title="API key"
      about="This engine answers only with a key. It is kept in this tab, until the tab is closed."
    >
      <form onSubmit={submit} className="space-y-3">
        <TextField
          label="Key"
          type="password"
          autoComplete="off"
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
          problem={apiKey() === null ? undefined : "The engine does not know this key."}
          hint="One of API_KEYS of the engine's settings."
        />
        <Button type="submit" look="solid" disabled={key.trim() === ""}>
          Go on
        </Button>
      </form>
    </Dialog>
  );
}
