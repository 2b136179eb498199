// Rules: what is watched and who is told; and what another policy would have done.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { ask } from "@/api/ask";
import { useLive } from "@/live/useLive";
import { IconButton } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Segments } from "@/ui/field";
import { Page } from "@/ui/page";
import { type Asked, Empty, Panel } from "@/ui/panel";
import { Backtest } from "./Backtest";
import { Editor } from "./Editor";
import { policyOf, type Rule } from "./policy";
import { RuleList } from "./RuleList";

const route = getRouteApi("/rules");
const TABS = [
  { value: "rules", label: "Rules" },
  { value: "backtest", label: "Backtest" },
] as const;

export function RulesPage() {
  // rules have no channel: they are asked again only after a gap
  useLive([]);
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery(ask("/rules"));
  return (
    <Page
      title="Rules"
      about="What is watched, when it counts, and who is told."
      actions={
        <Segments
          label="What to show"
          value={tab}
          onValue={(to) => void navigate({ search: (now) => ({ ...now, tab: to }) })}
          options={TABS}
        />
      }
    >
      {tab === "rules" ? <Listed query={rules} /> : <Tried query={rules} />}
    </Page>
  );
}

function Listed({ query }: { query: Asked<Rule[]> }) {
  const { open, making } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = making || open !== "";
  return (
    <div className={classes("grid items-start gap-4", shown && "lg:grid-cols-[minmax(0,1fr)_28rem]")}>
      <RuleList query={query} />
      {shown && (
        // on a small screen above the list, where it is seen at once
        <div className="min-w-0 max-lg:order-first">
          <Panel
            title={making ? "New rule" : `Rule ${open}`}
            query={query}
            isEmpty={(rules) => !making && !rules.some(({ name }) => name === open)}
            empty={{ words: `There is no rule ${open}; it may have been deleted.` }}
            actions={
              <IconButton
                icon={X}
                label="Close the rule"
                onClick={() => void navigate({ search: (now) => ({ ...now, open: "", making: false }) })}
              />
            }
          >
            {(rules) => (
              <Editor
                key={making ? "" : open}
                rule={making ? null : (rules.find(({ name }) => name === open) ?? null)}
              />
            )}
          </Panel>
        </div>
      )}
    </div>
  );
}

function Tried({ query }: { query: Asked<Rule[]> }) {
  const { open } = route.useSearch();
  if (query.data === undefined)
    return (
      <Panel title="Backtest" query={query}>
        {() => null}
      </Panel>
    );
  const replayed = query.data.filter(({ kind }) => kind === "hotspot");
  const rule =
    replayed.find(({ name }) => name === open) ??
    replayed.find(({ name }) => name === "default") ??
    replayed[0];
  const own = rule && policyOf(rule, query.data);
  if (!rule || !own) return <Empty words="No rule has a policy that could be replayed." />;
  return <Backtest key={rule.name} rule={rule} own={own} names={replayed.map(({ name }) => name)} />;
}
