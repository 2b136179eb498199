// Data quality: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/data-quality", label: "Data quality", icon: ShieldCheck, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/data-quality",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./DataQualityPage"), "DataQualityPage"),
});

export const routes = [route] as const;
