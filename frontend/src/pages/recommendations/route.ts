// Recommendations: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Lightbulb } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = {
  to: "/recommendations",
  label: "Recommendations",
  icon: Lightbulb,
  group: "Act",
};

export const route = createRoute({
  getParentRoute: () => root,
  path: "/recommendations",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./RecommendationsPage"), "RecommendationsPage"),
});

export const routes = [route] as const;
