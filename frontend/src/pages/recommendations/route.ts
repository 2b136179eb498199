// Recommendations: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Lightbulb } from "lucide-react";
import { choice, id, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { STATUSES } from "./decisions";

export const entry: Entry = {
  to: "/recommendations",
  label: "Recommendations",
  icon: Lightbulb,
  group: "Act",
};

export const route = createRoute({
  getParentRoute: () => root,
  path: "/recommendations",
  ...searchOf({
    status: choice([...STATUSES, "all"], "pending"),
    entity: text(),
    assignee: text(),
    hotspot: id(),
    /** The recommendation that is read. */
    open: id(),
    /** The passage that is read, and its document. */
    doc: id(),
    passage: id(),
    sort: text(),
  }),
  component: lazyRouteComponent(() => import("./RecommendationsPage"), "RecommendationsPage"),
});

export const routes = [route] as const;
