// The calendar: whose public holidays count, and own closed days. They count as Sundays.
import { useQuery } from "@tanstack/react-query";
import { CalendarCog } from "lucide-react";
import { useState } from "react";
import { ask } from "@/api/ask";
import { day } from "@/lib/format";
import { useNow } from "@/lib/now";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { CalendarForm } from "./CalendarForm";
import { type Calendar, calendarText, comingDays } from "./facts";

const SHOWN_DAYS = 8;

export function CalendarPanel() {
  const query = useQuery(ask("/calendar"));
  const [changing, setChanging] = useState(false);
  const change = (
    <Button icon={CalendarCog} onClick={() => setChanging(true)} disabled={!query.data}>
      Change
    </Button>
  );
  return (
    <>
      <Panel
        title="Calendar"
        query={query}
        actions={change}
        isEmpty={({ country, extra_days }) => country === null && extra_days.length === 0}
        empty={{
          words: "No public holidays and no own closed days are set. Where they are, they count as Sundays.",
        }}
      >
        {(calendar) => <Days calendar={calendar} />}
      </Panel>
      <Dialog
        open={changing}
        onOpenChange={setChanging}
        title="Calendar"
        about="Whose public holidays count, and days on which you are closed."
      >
        {query.data && <CalendarForm calendar={query.data} onDone={() => setChanging(false)} />}
      </Dialog>
    </>
  );
}

function Days({ calendar }: { calendar: Calendar }) {
  const coming = comingDays(calendar.days, useNow());
  return (
    <div className="space-y-2">
      <p>{calendarText(calendar)}</p>
      {coming.length === 0 ? (
        <p className="text-muted">No such day is to come.</p>
      ) : (
        <ul aria-label="Days to come" className="space-y-0.5 text-sm">
          {coming.slice(0, SHOWN_DAYS).map((each) => (
            <li key={`${each.day} ${each.name}`} className="flex justify-between gap-4">
              <span>{each.name}</span>
              <span className="text-muted">{day(new Date(each.day))}</span>
            </li>
          ))}
        </ul>
      )}
      {coming.length > SHOWN_DAYS && (
        <p className="text-sm text-muted">and {coming.length - SHOWN_DAYS} later ones</p>
      )}
    </div>
  );
}
