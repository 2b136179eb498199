// Data quality: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { choice, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { FIELDS, GAP_STATES } from "./quality";

export const entry: Entry = { to: "/data-quality", label: "Data quality", icon: ShieldCheck, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/data-quality",
  ...searchOf({
    // the source that is open, the supplier that is open, the order of the sources
    source: text(),
    supplier: text(),
    sort: text("score"),
    gaps: choice(GAP_STATES, "open"),
    field: choice(["all", ...FIELDS], "all"),
  }),
  component: lazyRouteComponent(() => import("./DataQualityPage"), "DataQualityPage"),
});

export const routes = [route] as const;
