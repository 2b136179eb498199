// Assistant: questions over documents and live data, answered with their sources.
import { getRouteApi } from "@tanstack/react-router";
import { Eraser } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { Empty } from "@/ui/panel";
import { AskForm } from "./AskForm";
import { filtersOf } from "./conversation";
import { ExchangeView } from "./ExchangeView";
import { useConversation } from "./useConversation";

const route = getRouteApi("/assistant");
const EXAMPLES = [
  "How much was emitted this week?",
  "What are the worst hotspots?",
  "Which recommendations are pending?",
  "What would help against empty running?",
];

export function AssistantPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { exchanges, ask, stop, forget } = useConversation();
  const asked = useRef("");
  const filters = filtersOf(search);
  // a question in the address is asked, once: the page was opened with it, or somebody just asked it
  useEffect(() => {
    if (search.q === asked.current) return;
    asked.current = search.q;
    if (search.q) void ask(search.q, filtersOf(search));
  }, [search, ask]);
  const onAsk = (question: string) => {
    if (question === search.q) void ask(question, filters);
    else void navigate({ search: (now) => ({ ...now, q: question }) });
  };
  const startAnew = () => {
    stop();
    forget();
    void navigate({ search: (now) => ({ ...now, q: "" }) });
  };
  const busy = exchanges.some(({ state }) => state === "asking");
  return (
    <Page
      title="Assistant"
      about="Answers from your documents, the measures and the live figures, each with its source. Asking changes nothing; the conversation ends with this page."
      actions={
        exchanges.length > 0 && (
          <Button icon={Eraser} onClick={startAnew}>
            Start anew
          </Button>
        )
      }
    >
      <div className="max-w-4xl space-y-4">
        <AskForm
          about={search}
          onAbout={(part) => void navigate({ search: (now) => ({ ...now, ...part }) })}
          {...{ onAsk, busy }}
          onStop={stop}
        />
        {exchanges.length === 0 && <Examples onAsk={onAsk} />}
        {/* the newest first: it stands beside the question */}
        {exchanges.toReversed().map((exchange) => (
          <ExchangeView
            key={exchange.id}
            exchange={exchange}
            again={() => void ask(exchange.question, exchange.filters)}
          />
        ))}
      </div>
    </Page>
  );
}

function Examples({ onAsk }: { onAsk: (question: string) => void }) {
  return (
    <Empty
      words="Nothing was asked yet. For example:"
      next={
        <div className="flex flex-wrap justify-center gap-2">
          {EXAMPLES.map((question) => (
            <Button key={question} onClick={() => onAsk(question)}>
              {question}
            </Button>
          ))}
        </div>
      }
    />
  );
}
