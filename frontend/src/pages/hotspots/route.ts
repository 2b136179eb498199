// Hotspots: where they are and what their addresses carry.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Flame } from "lucide-react";
import { amount, choice, id, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { LEVELS, ORDERS, STATES, TYPES } from "./words";

export const entry: Entry = { to: "/hotspots", label: "Hotspots", icon: Flame, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/hotspots",
  ...searchOf({
    /** A part of the entity's name. */
    q: text(),
    /** Its whole name, as links from other pages say it. */
    entity: text(),
    state: choice(STATES, "active"),
    level: choice(LEVELS, "all"),
    type: choice(TYPES, "all"),
    sort: choice(ORDERS, ""),
  }),
  component: lazyRouteComponent(() => import("./HotspotsPage"), "HotspotsPage"),
});

export const hotspotRoute = createRoute({
  getParentRoute: () => root,
  path: "/hotspots/$hotspotId",
  ...searchOf({
    /** The event whose estimate is shown line by line; the worst one where none is said. */
    event: id(),
    days: amount(28, 1, 366),
    /** The form that is open. */
    form: choice(["none", "recommend", "dismiss"], "none"),
  }),
  component: lazyRouteComponent(() => import("./HotspotPage"), "HotspotPage"),
});

export const routes = [route, hotspotRoute] as const;
