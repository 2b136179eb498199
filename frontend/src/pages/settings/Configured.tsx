// What the engine was started with, each by its environment variable. It is changed there, not here.
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { ask } from "@/api/ask";
import { Badge } from "@/ui/badge";
import { Panel } from "@/ui/panel";
import { type Group, grouped, type Setting, valueText } from "./configured";

export function Configured() {
  const query = useQuery(ask("/settings"));
  return (
    <Panel title="Environment" query={query} className="lg:col-span-2" lines={12}>
      {({ settings }) => (
        <>
          <p className="mb-3 text-muted">
            Variables of the engine's environment or its .env file; they are read when it starts.
          </p>
          <div className="gap-8 lg:columns-2">
            {grouped(settings).map((group) => (
              <Settings key={group.name} group={group} />
            ))}
          </div>
        </>
      )}
    </Panel>
  );
}

function Settings({ group }: { group: Group }) {
  const heading = useId();
  return (
    <div className="mb-4 break-inside-avoid">
      <h3 id={heading} className="mb-1 font-medium">
        {group.name}
      </h3>
      <ul aria-labelledby={heading} className="divide-y border-y">
        {group.settings.map((setting) => (
          <One key={setting.variable} setting={setting} />
        ))}
      </ul>
    </div>
  );
}

function One({ setting }: { setting: Setting }) {
  return (
    <li className="py-1.5">
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <code className="text-sm break-all">{setting.variable}</code>
        <span className="flex items-center gap-2 text-right font-medium break-all">
          {valueText(setting)}
          {setting.is_set && <Badge tone="accent">set</Badge>}
        </span>
      </div>
      <p className="text-sm text-muted">{withCode(setting.about)}</p>
    </li>
  );
}

/** What stands between backticks, as code. */
function withCode(text: string) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part));
}
