// What-if: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/what-if", label: "What-if", icon: FlaskConical, group: "Ahead" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/what-if",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./WhatIfPage"), "WhatIfPage"),
});

export const routes = [route] as const;
