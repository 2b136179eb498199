// Alerts: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/alerts", label: "Alerts", icon: Bell, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
});

export const routes = [route] as const;
