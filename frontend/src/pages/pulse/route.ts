// Pulse: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { choice, searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/", label: "Pulse", icon: Activity, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/",
  ...searchOf({ by: choice(["entity", "type", "scope"], "entity") }),
  component: lazyRouteComponent(() => import("./PulsePage"), "PulsePage"),
});

export const routes = [route] as const;
