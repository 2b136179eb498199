// Change the calendar; what the engine does not take is said at its field.
import { type FormEvent, useState } from "react";
import { useAction } from "@/api/useAction";
import { Button } from "@/ui/button";
import { TextArea, TextField } from "@/ui/field";
import { type Calendar, daysOf, noDays } from "./facts";

export function CalendarForm({ calendar, onDone }: { calendar: Calendar; onDone: () => void }) {
  const [country, setCountry] = useState(calendar.country ?? "");
  const [subdivision, setSubdivision] = useState(calendar.subdivision ?? "");
  const [closed, setClosed] = useState(calendar.extra_days.join("\n"));
  const save = useAction("put", "/calendar", {
    done: ({ taken_up }) => `The calendar is kept. Baselines follow: ${taken_up}.`,
    touches: ["/calendar", "/baselines"],
    quiet: true,
    onDone,
  });
  const days = daysOf(closed);
  const wrong = noDays(days);
  const problemOf = (field: string) =>
    save.error?.fields.find(({ where }) => where.startsWith(field))?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong.length > 0) return;
    save.mutate({
      body: {
        country: country.trim() || null,
        subdivision: subdivision.trim() || null,
        extra_days: days,
      },
    });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <TextField
        label="Country"
        hint="Its code, such as DE. Empty: no public holidays."
        value={country}
        onChange={(event) => setCountry(event.target.value.toUpperCase())}
        problem={problemOf("country")}
      />
      <TextField
        label="State or region"
        hint="Its code, such as BY, where it has holidays of its own."
        value={subdivision}
        onChange={(event) => setSubdivision(event.target.value.toUpperCase())}
        problem={problemOf("subdivision")}
      />
      <TextArea
        label="Own closed days"
        hint="One a line, such as 2026-12-24."
        value={closed}
        onChange={(event) => setClosed(event.target.value)}
        problem={wrong.length > 0 ? `Not a day: ${wrong.join(", ")}` : problemOf("extra_days")}
      />
      {save.error && save.error.fields.length === 0 && (
        <p role="alert" className="text-sm text-critical">
          {save.error.message} {save.error.remedy}
        </p>
      )}
      <Button type="submit" look="solid" busy={save.isPending}>
        Keep
      </Button>
    </form>
  );
}
