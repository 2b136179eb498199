// Rules: where it is and what its address carries. Of a policy that is tried it carries only what differs from the
// rule's own; 0, or -1 of the excess, is the rule's own.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { SlidersHorizontal } from "lucide-react";
import { amount, choice, flag, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/rules", label: "Rules", icon: SlidersHorizontal, group: "Now" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  ...searchOf({
    tab: choice(["rules", "backtest"], "rules"),
    open: text(),
    making: flag(),
    sort: text(),
    kind: choice(["", "adaptive", "ratio"], ""),
    info: amount(0, 0, 1000),
    warn: amount(0, 0, 1000),
    critical: amount(0, 0, 1000),
    alarms: amount(0, 0, 10),
    excess: amount(-1, -1),
    days: amount(90, 7, 366),
    metric: choice(["intensity", "absolute"], "intensity"),
    entity: text(),
  }),
  component: lazyRouteComponent(() => import("./RulesPage"), "RulesPage"),
});

export const routes = [route] as const;
