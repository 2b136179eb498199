// Savings: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PiggyBank } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/savings", label: "Savings", icon: PiggyBank, group: "Act" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/savings",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./SavingsPage"), "SavingsPage"),
});

export const routes = [route] as const;
