// What the panels of Pulse are given.
import type { Shape } from "@/api/types";
import type { Estimate } from "./estimates";

export interface Day extends Record<string, unknown> {
  current: Shape<"CurrentEmissions">;
  estimates: Estimate[];
}

export interface Outlook extends Record<string, unknown> {
  current: Shape<"CurrentEmissions">;
  forecast: Shape<"EmissionsForecast">;
}

export interface Arrivals extends Record<string, unknown> {
  current: Shape<"CurrentEmissions">;
  gaps: Shape<"Gaps">;
}
