// How the file is read where its content does not say: dates, decimal sign, time zone, what holds for every row.
import { label } from "@/lib/sentence";
import { Select } from "@/ui/field";
import { SavedField } from "@/ui/savedField";
import { always, DATES, EVENT_TYPES, lacking, type Preview, type Told } from "./mapping";

interface Given {
  preview: Preview;
  told: Told;
  onTold: (told: Told) => void;
}

const UNTOLD = { value: "", label: "As the file tells" };
const DATE_WORDS: Record<string, string> = {
  YMD: "Year, month, day",
  DMY: "Day, month, year",
  MDY: "Month, day, year",
  epoch_s: "Seconds since 1970",
  epoch_ms: "Milliseconds since 1970",
};

export function Reading({ preview, told, onTold }: Given) {
  const constants = new Set([...lacking(preview), ...Object.keys(told.constants ?? {})]);
  constants.delete("event_type");
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <legend className="sr-only">How the file is read</legend>
      <Select
        label="Event type of every row"
        value={told.constants?.event_type ?? ""}
        onValue={(type) => onTold(always(told, "event_type", type))}
        options={[UNTOLD, ...EVENT_TYPES.map((type) => ({ value: type as string, label: label(type) }))]}
      />
      <Select
        label="Order of dates"
        value={told.dates ?? ""}
        onValue={(order) => onTold({ ...told, dates: DATES.find((each) => each === order) ?? null })}
        options={[
          UNTOLD,
          ...DATES.map((each) => ({ value: each as string, label: DATE_WORDS[each] ?? each })),
        ]}
      />
      <Select
        label="Decimal sign"
        value={told.decimal ?? ""}
        onValue={(sign) => onTold({ ...told, decimal: sign === "." || sign === "," ? sign : null })}
        options={[UNTOLD, { value: ".", label: "1234.5" }, { value: ",", label: "1234,5" }]}
      />
      <SavedField
        label="Time zone"
        value={told.zone ?? ""}
        onValue={(zone) => onTold({ ...told, zone: zone || null })}
        placeholder={preview.mapping?.zone ?? "UTC"}
        hint="Of times without an offset, such as Europe/Berlin"
      />
      {[...constants].map((field) => (
        <SavedField
          key={field}
          label={`${label(field)} of every row`}
          value={told.constants?.[field] ?? ""}
          onValue={(value) => onTold(always(told, field, value))}
        />
      ))}
    </fieldset>
  );
}
