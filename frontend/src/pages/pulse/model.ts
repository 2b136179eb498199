// What the panels of Pulse are given.
import type { Shape } from "@/api/types";

export type Series = Shape<"EmissionsSeries">;
export type Hour = Shape<"EmissionsHour">;
export type Forecast = Shape<"EmissionsForecast">;
export type Progress = Shape<"MonthProgress">;
type Current = Shape<"CurrentEmissions">;

export interface Day extends Record<string, unknown> {
  current: Current;
  series: Series;
}

export interface Outlook extends Record<string, unknown> {
  current: Current;
  forecast: Forecast;
  progress: Progress;
}

export interface Month extends Record<string, unknown> {
  current: Current;
  progress: Progress;
}

export interface Arrivals extends Record<string, unknown> {
  current: Current;
  gaps: Shape<"Gaps">;
}
