// Audit: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/audit", label: "Audit", icon: ScrollText, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

export const routes = [route] as const;
