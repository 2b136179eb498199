// Settings: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Settings as SettingsIcon } from "lucide-react";
import { searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/settings", label: "Settings", icon: SettingsIcon, group: "More" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  // the entity whose profile is open ("warehouse Depot 1"), and what is looked for among the factors
  ...searchOf({ profile: text(), factor: text() }),
  component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
});

export const routes = [route] as const;
