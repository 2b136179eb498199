// Forecast: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { TrendingUp } from "lucide-react";
import { choice, id, type Param, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/forecast", label: "Forecast", icon: TrendingUp, group: "Ahead" };

export const EVENT_TYPES = ["logistics", "delivery", "factory", "warehouse"] as const;
export const ENTITY_TYPES = ["supplier", "route", "factory", "warehouse"] as const;
export const LEVELS = [60, 80, 90, 95];
export const MOST_DAYS = 31;

export const route = createRoute({
  getParentRoute: () => root,
  path: "/forecast",
  ...searchOf({
    event: choice(["all", ...EVENT_TYPES], "all"),
    entity: text(),
    kind: choice(["any", ...ENTITY_TYPES], "any"),
    metric: choice(["co2e_kg", "event_count"], "co2e_kg"),
    horizon: whole(7, (days) => days >= 1 && days <= MOST_DAYS),
    level: whole(95, (percent) => LEVELS.includes(percent)),
    month: month(),
    target: id(),
  }),
  component: lazyRouteComponent(() => import("./ForecastPage"), "ForecastPage"),
});

export const routes = [route] as const;

function whole(otherwise: number, fits: (value: number) => boolean): Param<number> {
  return {
    otherwise,
    read: (raw) => {
      const value = Number(raw);
      return Number.isInteger(value) && fits(value) ? value : undefined;
    },
  };
}

/** "2026-12"; empty is the running month. */
function month(): Param<string> {
  return {
    otherwise: "",
    read: (raw) => (typeof raw === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(raw) ? raw : undefined),
  };
}
