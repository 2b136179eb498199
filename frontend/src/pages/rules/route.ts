// Rules: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { SlidersHorizontal } from "lucide-react";
import { searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/rules", label: "Rules", icon: SlidersHorizontal, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  ...searchOf({ open: text() }),
  component: lazyRouteComponent(() => import("./RulesPage"), "RulesPage"),
});

export const routes = [route] as const;
