// Savings: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PiggyBank } from "lucide-react";
import { choice, id, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { VERDICTS } from "./verdicts";

export const entry: Entry = { to: "/savings", label: "Savings", icon: PiggyBank, group: "Act" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/savings",
  ...searchOf({
    verdict: choice(["all", ...VERDICTS], "all"),
    /** The recommendation whose weeks are read. */
    open: id(),
    sort: text(),
  }),
  component: lazyRouteComponent(() => import("./SavingsPage"), "SavingsPage"),
});

export const routes = [route] as const;
