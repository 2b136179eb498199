// Forecast: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { TrendingUp } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/forecast", label: "Forecast", icon: TrendingUp, group: "Ahead" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/forecast",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./ForecastPage"), "ForecastPage"),
});

export const routes = [route] as const;
