// What a change can set and ask for, with names and units as people know them.

interface Field {
  value: string;
  label: string;
}

/** Inputs that are words, not numbers. */
export const WORD_FIELDS = ["fuel_type", "vehicle_type"];
export const NUMBER_FIELDS: readonly Field[] = [
  { value: "distance_km", label: "Distance (km)" },
  { value: "load_kg", label: "Load (kg)" },
  { value: "speed", label: "Speed (km/h)" },
  { value: "idle_hours", label: "Idle hours" },
  { value: "stop_events", label: "Stops" },
  { value: "delivery_count", label: "Deliveries" },
  { value: "fuel_litres", label: "Fuel (litres)" },
  { value: "energy_kwh", label: "Electricity (kWh)" },
  { value: "gas_kwh", label: "Gas (kWh)" },
  { value: "furnace_usage", label: "Furnace usage" },
  { value: "cooling_load", label: "Cooling load" },
  { value: "shift_hours", label: "Shift hours" },
  { value: "temperature", label: "Temperature (°C)" },
];
export const FIELDS: readonly Field[] = [
  ...NUMBER_FIELDS.slice(0, 2),
  { value: "fuel_type", label: "Fuel" },
  { value: "vehicle_type", label: "Vehicle" },
  ...NUMBER_FIELDS.slice(2),
];

export const FUELS = [
  "diesel",
  "petrol",
  "hvo",
  "biodiesel",
  "lpg",
  "cng",
  "lng",
  "hybrid",
  "plug_in_hybrid",
  "electric",
];
export const VEHICLES = [
  "hgv_average",
  "hgv_rigid_average",
  "hgv_rigid_to_7.5t",
  "hgv_rigid_7.5t_to_17t",
  "hgv_rigid_over_17t",
  "hgv_artic_average",
  "hgv_artic_to_33t",
  "hgv_artic_over_33t",
  "van_average",
  "van_class_1",
  "van_class_2",
  "van_class_3",
  "motorbike",
  "car",
  "cargo_bike",
  "rail_freight",
];

/** "-20%" as -20; null where the value is no part of the present one. */
export function partOf(value: number | string): number | null {
  const read = typeof value === "string" ? /^([+-])\s*(\d+(?:\.\d+)?)\s*%$/.exec(value) : null;
  return read ? Number(`${read[1]}${read[2]}`) : null;
}

/** -20 as "-20%", which the engine reads as a part of the present value. */
export function partText(percent: number): string {
  return `${percent < 0 ? "-" : "+"}${Math.abs(percent)}%`;
}

export function partInWords(percent: number): string {
  if (percent === 0) return "as it is";
  return percent < 0 ? `${-percent} % less` : `${percent} % more`;
}

/** What was typed as a new value: a number where it is one, else the text as it stands. */
export function typed(words: string): number | string {
  return words.trim() !== "" && Number.isFinite(Number(words)) ? Number(words) : words;
}

/** What a field starts from when it is chosen. */
export function startOf(field: string): number | string {
  if (field === "fuel_type") return "electric";
  return field === "vehicle_type" ? "van_average" : "-10%";
}

/** "van*, car" as a list. */
export function namesIn(words: string): string[] {
  return words
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}
