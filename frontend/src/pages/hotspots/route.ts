// Hotspots: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Flame } from "lucide-react";
import { searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/hotspots", label: "Hotspots", icon: Flame, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/hotspots",
  ...searchOf({ entity: text() }),
  component: lazyRouteComponent(() => import("./HotspotsPage"), "HotspotsPage"),
});

export const hotspotRoute = createRoute({
  getParentRoute: () => root,
  path: "/hotspots/$hotspotId",
  component: lazyRouteComponent(() => import("./HotspotPage"), "HotspotPage"),
});

export const routes = [route, hotspotRoute] as const;
