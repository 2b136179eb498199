// Alerts: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { choice, id, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { LEVELS, VIEWS } from "./views";

export const entry: Entry = { to: "/alerts", label: "Alerts", icon: Bell, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  ...searchOf({
    view: choice(VIEWS, "firing"),
    level: choice(LEVELS, "all"),
    rule: text(),
    entity: text(),
    assignee: text(),
    sort: text(),
    open: id(),
  }),
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
});

export const routes = [route] as const;
