// What a person tells of a file, and how it goes to the engine. What is not told stays with the engine to find out.
import type { Shape } from "@/api/types";

export type Told = Shape<"PresetFacts">;
export type Preview = Shape<"FilePreview">;
export type ColumnFacts = Shape<"ColumnFacts">;

/** The fields of an event, in the order of the guide; a field that a newer engine has is shown where it is found. */
export const FIELDS = [
  ..."event_type supplier_id timestamp vehicle_type fuel_type route_id warehouse_id factory_id".split(" "),
  ..."distance_km load_kg speed energy_kwh fuel_litres gas_kwh furnace_usage furnace_unit".split(" "),
  ..."cooling_load shift_hours period_hours temperature refrigeration_load inventory_volume".split(" "),
  ..."traffic_score stop_events delivery_count idle_hours source external_id simulated".split(" "),
];
export const EVENT_TYPES = ["logistics", "delivery", "factory", "warehouse"] as const;
export const DATES = ["YMD", "DMY", "MDY", "epoch_s", "epoch_ms"] as const;

/**
 * This column is that field; "" is none. The field it was before is told to be missing, or its name would be read
 * again; what another column was told for the same field no longer holds.
 */
export function assign(told: Told, column: ColumnFacts, field: string): Told {
  const columns = { ...told.columns };
  if (column.field) columns[column.field] = "";
  if (field) columns[field] = column.name;
  return { ...told, columns, units: without(told.units, field === column.field ? "" : (column.field ?? "")) };
}

/** The numbers of this field are in that unit; "" leaves it to the column's name. */
export function inUnit(told: Told, field: string, unit: string): Told {
  return { ...told, units: unit ? { ...told.units, [field]: unit } : without(told.units, field) };
}

/** What holds for every row; "" leaves it to the file. */
export function always(told: Told, field: string, value: string): Told {
  return {
    ...told,
    constants: value ? { ...told.constants, [field]: value } : without(told.constants, field),
  };
}

/** Required fields that no column has: they can be told for all rows. */
export function lacking(preview: Pick<Preview, "problems">): string[] {
  return preview.problems.flatMap(({ type, loc }) => {
    const field = Array.isArray(loc) ? loc.at(-1) : undefined;
    return type === "missing_column" && typeof field === "string" ? [field] : [];
  });
}

/** Whether anything was told at all. */
export function saysSomething(told: Told): boolean {
  return Object.values(told).some((part) =>
    typeof part === "object" && part !== null ? Object.keys(part).length > 0 : Boolean(part),
  );
}

/** The form that preview and upload take. */
export function formOf(file: File, source: string, told: Told): FormData {
  const form = new FormData();
  form.set("file", file);
  if (source) form.set("source", source);
  if (saysSomething(told)) form.set("mapping", JSON.stringify(told));
  return form;
}

/** What is kept for later files of a source: all that was found, not only what was told. */
export function presetOf(preview: Preview, told: Told): Told {
  const found = preview.mapping;
  if (!found) return told;
  // fields that were told to be missing are not among the found ones
  const missing = Object.entries(told.columns ?? {}).filter(([, column]) => column === "");
  return { ...found, columns: { ...Object.fromEntries(missing), ...found.columns } };
}

/** One message of the engine: a problem of the file, or of a row. */
export function message(problem: Record<string, unknown>): string {
  return typeof problem.msg === "string" ? problem.msg : JSON.stringify(problem);
}

/** "1.4 MB". */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toLocaleString("en-GB", { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 })} ${units[step]}`;
}

function without(
  values: Record<string, string> | undefined,
  name: string,
): Record<string, string> | undefined {
  if (!values) return values;
  return Object.fromEntries(Object.entries(values).filter(([each]) => each !== name));
}
